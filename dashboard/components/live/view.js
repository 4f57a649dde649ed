// One camera's picture on a canvas, with its caption, and words where there is no picture.

import { drawOverlay, personAt, Trails } from "./overlay.js";

const WORDS = {
  connecting: "Connecting",
  live: "Live",
  stalled: "Connected, but nothing new arrives",
  reconnecting: "Away, being reconnected",
  failed: "Cannot be read",
  ended: "Has come to its end",
  stopped: "Stopped",
};

export class CameraView {
  constructor(name, title, onSelect) {
    this.name = name;
    this.trails = new Trails();
    this.record = null;
    this.bitmap = null;
    this.waiting = null;
    this.decoding = false;
    this.selected = null;
    this.element = document.createElement("figure");
    this.element.className = "camera";
    this.element.dataset.camera = name;
    this.element.innerHTML = `<div class="picture"><canvas></canvas><p class="note"></p></div>
      <figcaption><b></b><span class="state"></span><span class="when"></span></figcaption>`;
    this.canvas = this.element.querySelector("canvas");
    this.element.querySelector("b").textContent = title;
    this.note("Waiting for the first frame");
    this.canvas.addEventListener("click", (event) => {
      const place = this.pictureAt(event);
      const person = this.record && place ? personAt(this.record, ...place) : null;
      this.selected = person ? person.track : null;
      onSelect(this);
    });
  }

  // Decoding takes time: while it does, only the newest frame waits.
  async frame(record, jpeg) {
    this.waiting = [record, jpeg];
    if (this.decoding) return;
    this.decoding = true;
    while (this.waiting) {
      const [next, blob] = this.waiting;
      this.waiting = null;
      const bitmap = await createImageBitmap(blob);
      this.bitmap?.close();
      this.bitmap = bitmap;
      if (this.record && next.frame < this.record.frame) this.trails = new Trails();
      this.record = next;
      this.trails.add(next);
      this.note("");
      this.changed = true;
    }
    this.decoding = false;
  }

  status(status) {
    const badge = this.element.querySelector(".state");
    badge.textContent = status ? (WORDS[status.state] ?? status.state) : "";
    badge.dataset.state = status?.state ?? "";
    badge.title = status?.detail ?? "";
    if (!status || status.state === "live") {
      if (this.bitmap) this.note("");
    } else {
      this.note(`${WORDS[status.state] ?? status.state}${status.detail ? `: ${status.detail}` : ""}`);
    }
  }

  note(text) {
    const note = this.element.querySelector(".note");
    note.textContent = text;
    note.hidden = !text;
  }

  draw(shown) {
    if (!this.bitmap) return;
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
    drawOverlay(context, this.record, this.trails, shown, this.scale, unit, this.selected);
    const taken = new Date(this.record.captured_at);
    this.element.querySelector(".when").textContent =
      `frame ${this.record.frame} · ${taken.toLocaleTimeString()} · ${this.record.people.length} in view`;
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
    this.bitmap?.close();
    this.element.remove();
  }
}
