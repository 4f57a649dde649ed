// One camera's picture on a canvas, with its caption, and words where there is no picture.

import { drawOverlay, personAt, Trails } from "./overlay.js";
import { age, place, stateWords, STATES, streamWords } from "./words.js";
import { drawZones } from "./zones.js";

const LATE_MS = 2000;

const FIGURE = `
  <div class="picture"><canvas></canvas><p class="note"></p></div>
  <figcaption><b></b><span class="state"></span><span class="when"></span></figcaption>
  <p class="stream"></p>`;

export class CameraView {
  constructor(name, title, onSelect) {
    this.trails = new Trails();
    this.zones = [];
    this.lines = [];
    this.record = null;
    this.bitmap = null;
    this.waiting = null;
    this.decoding = false;
    this.closed = false;
    this.selected = null;
    this.element = document.createElement("figure");
    this.element.className = "camera";
    this.element.dataset.camera = name;
    this.element.innerHTML = FIGURE;
    this.find = (selector) => this.element.querySelector(selector);
    this.canvas = this.find("canvas");
    this.find("b").textContent = this.find("b").title = title;
    this.note("Waiting for the first frame");
    this.canvas.addEventListener("click", (event) => {
      const point = this.pictureAt(event);
      const person = this.record && point ? personAt(this.record, ...point) : null;
      this.selected = person ? person.track : null;
      onSelect(this);
    });
  }

  // Decoding takes time: while it does, only the newest frame waits.
  async frame(record, jpeg) {
    this.waiting = [record, jpeg];
    if (this.decoding) return;
    this.decoding = true;
    while (this.waiting && !this.closed) {
      const [next, blob] = this.waiting;
      this.waiting = null;
      const bitmap = await createImageBitmap(blob).catch(() => null);
      // A picture that is no picture is passed over; the next one may be good.
      if (bitmap) this.paint(next, bitmap);
    }
    this.decoding = false;
  }

  paint(record, bitmap) {
    this.bitmap?.close();
    this.bitmap = bitmap;
    if (this.closed) return this.close();
    if (this.record && record.frame < this.record.frame) this.trails = new Trails();
    this.record = record;
    this.find(".picture").style.setProperty("--aspect", `${record.size[0]} / ${record.size[1]}`);
    this.trails.add(record);
    this.note("");
    this.changed = true;
  }

  // `status` is missing for a clip under analysis, which is no camera.
  status(status) {
    this.live = status?.source.includes("://") ?? false;
    this.zones = status?.zones ?? [];
    this.lines = status?.lines ?? [];
    const words = status ? (STATES[status.state] ?? status.state) : "";
    const badge = this.find(".state");
    badge.textContent = words;
    badge.dataset.state = status?.state ?? "";
    badge.title = status?.detail ?? "";
    const stream = this.find(".stream");
    stream.textContent = stream.title = status ? [streamWords(status), status.marks_fault].filter(Boolean).join(" · ") : "";
    if (status && status.state !== "live") this.note(stateWords(status));
    else if (this.bitmap) this.note("");
    else this.note("Waiting for the first frame");
  }

  note(text) {
    const note = this.find(".note");
    if (note.textContent !== text) note.textContent = text;
    note.hidden = !text;
  }

  // Frame, time and, for a live camera, how old the picture is by the server's clock `now`.
  caption(now) {
    if (!this.record) return;
    const { frame, captured_at: captured, people, pts_ms: pts } = this.record;
    const taken = new Date(captured);
    const old = now - taken;
    const times = this.live
      ? [["time", taken.toLocaleTimeString(undefined, { hour12: false })], [old > LATE_MS ? "age late" : "age", age(old)]]
      : [["time", place(pts)]];
    const parts = [["frame", `frame ${frame}`], ...times, ["people", `${people.length} in view`]];
    this.find(".when").innerHTML = parts.map(([kind, text]) => `<span class="${kind}">${text}</span>`).join("");
  }

  // Whether there was something to draw: a new frame, another layer, another size.
  drawIfChanged(shown) {
    const size = `${this.canvas.clientWidth}x${this.canvas.clientHeight}`;
    if (!this.bitmap || !(this.changed || size !== this.drawnSize)) return false;
    this.changed = false;
    this.drawnSize = size;
    this.draw(shown);
    return true;
  }

  draw(shown) {
    const unit = devicePixelRatio || 1;
    const [wide, high] = [this.canvas.clientWidth * unit, this.canvas.clientHeight * unit];
    if (this.canvas.width !== Math.round(wide)) this.canvas.width = Math.round(wide);
    if (this.canvas.height !== Math.round(high)) this.canvas.height = Math.round(high);
    const [width, height] = this.record.size;
    this.scale = Math.min(wide / width, high / height);
    this.left = (wide - width * this.scale) / 2;
    this.top = (high - height * this.scale) / 2;
    const context = this.canvas.getContext("2d");
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, wide, high);
    context.translate(this.left, this.top);
    context.drawImage(this.bitmap, 0, 0, width * this.scale, height * this.scale);
    if (shown.zones) drawZones(context, this.zones, this.lines, this.scale, unit);
    drawOverlay(context, this.record, this.trails, shown, this.scale, unit, this.selected);
  }

  pictureAt(event) {
    if (!this.scale) return null;
    const unit = devicePixelRatio || 1;
    const bounds = this.canvas.getBoundingClientRect();
    return [
      ((event.clientX - bounds.left) * unit - this.left) / this.scale,
      ((event.clientY - bounds.top) * unit - this.top) / this.scale,
    ];
  }

  close() {
    this.closed = true;
    this.bitmap?.close();
    this.bitmap = null;
    this.element.remove();
  }
}
