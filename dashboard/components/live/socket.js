// One WebSocket a page. Frames come as binary messages: 4 bytes big-endian length of the record's JSON, the JSON, the
// JPEG of that very frame. Statuses come as text once a second. A lost connection is made again with a growing pause.

const FIRST_PAUSE_MS = 250;
const MAX_PAUSE_MS = 4000;

export class LiveSocket {
  constructor({ onFrame, onStatus, onConnection }) {
    this.handlers = { onFrame, onStatus, onConnection };
    this.cameras = [];
    this.pauseMs = FIRST_PAUSE_MS;
    this.closed = false;
    this.open();
  }

  open() {
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    this.socket = new WebSocket(`${scheme}//${location.host}/api/live`);
    this.socket.binaryType = "arraybuffer";
    this.socket.onopen = () => {
      this.pauseMs = FIRST_PAUSE_MS;
      this.handlers.onConnection(true);
      this.ask();
    };
    this.socket.onmessage = (event) => {
      if (typeof event.data === "string") this.handlers.onStatus(JSON.parse(event.data));
      else this.frame(event.data);
    };
    this.socket.onclose = () => {
      if (this.closed) return;
      this.handlers.onConnection(false);
      this.timer = setTimeout(() => this.open(), this.pauseMs);
      this.pauseMs = Math.min(2 * this.pauseMs, MAX_PAUSE_MS);
    };
  }

  show(cameras) {
    this.cameras = cameras;
    this.ask();
  }

  ask() {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify({ cameras: this.cameras }));
  }

  frame(buffer) {
    const length = new DataView(buffer).getUint32(0);
    const record = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
    const jpeg = new Blob([new Uint8Array(buffer, 4 + length)], { type: "image/jpeg" });
    this.handlers.onFrame(record, jpeg);
  }

  close() {
    this.closed = true;
    clearTimeout(this.timer);
    this.socket.close();
  }
}
