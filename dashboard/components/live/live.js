// The live page's component: pictures on the left, what they cost on the right. It keeps itself up to date from one
// WebSocket; Streamlit only tells it which cameras to show.

import { Deliveries } from "./deliveries.js";
import { Figures } from "./figures.js";
import { Layers } from "./layers.js";
import { drawPerson } from "./person.js";
import { LiveSocket } from "./socket.js";
import { CameraView } from "./view.js";

const PAGE = `
  <section class="stage">
    <div class="bar"><span class="layers"></span><span class="trouble"></span></div>
    <div class="grid"></div>
  </section>
  <aside class="side"><div class="figures"></div><div class="cricket" hidden></div><div class="person" hidden></div></aside>`;

export class LivePage {
  constructor(root) {
    root.innerHTML = PAGE;
    this.find = (selector) => root.querySelector(selector);
    this.views = new Map();
    this.statuses = new Map();
    this.clockMs = 0;
    this.chosen = null;
    this.select = this.select.bind(this);
    this.tick = this.tick.bind(this);
    this.figures = new Figures(this.find(".figures"));
    this.deliveries = new Deliveries(this.find(".cricket"));
    this.layers = new Layers(this.find(".layers"), () => this.redraw());
    this.socket = new LiveSocket({
      onFrame: (record, jpeg) => this.frame(record, jpeg),
      onStatus: (message) => this.status(message),
      onConnection: (good) => (this.find(".trouble").textContent = good ? "" : "Connection lost, trying again"),
    });
    this.request = requestAnimationFrame(this.tick);
  }

  update({ cameras, titles = {} }) {
    const wanted = JSON.stringify([cameras, titles]);
    if (wanted === this.wanted) return;
    this.wanted = wanted;
    for (const view of this.views.values()) view.close();
    this.views = new Map(cameras.map((name) => [name, new CameraView(name, titles[name] ?? name, this.select)]));
    const grid = this.find(".grid");
    grid.style.setProperty("--columns", Math.ceil(Math.sqrt(Math.max(1, cameras.length))));
    grid.replaceChildren(...[...this.views.values()].map((view) => view.element));
    if (!cameras.length) grid.innerHTML = '<p class="nothing">No camera is shown. Choose a video input source on the left.</p>';
    for (const [name, view] of this.views) view.status(this.statuses.get(name));
    this.figures.show(cameras);
    this.deliveries.show(cameras);
    this.figures.status(this.statuses);
    this.select(null);
    this.socket.show(cameras);
  }

  frame(record, jpeg) {
    const view = this.views.get(record.camera);
    if (!view) return;
    view.frame(record, jpeg);
    this.figures.add(record, performance.now());
    // A clip under analysis is no camera: its deliveries come with its results.
    if (this.statuses.has(record.camera)) this.deliveries.add(record);
  }

  status({ cameras, now_ms: now, detail }) {
    this.clockMs = now - Date.now();
    this.find(".trouble").textContent = detail ? `States are out of date: ${detail}` : "";
    if (cameras) this.statuses = new Map(cameras.map((status) => [status.camera, status]));
    for (const [name, view] of this.views) {
      view.status(this.statuses.get(name));
      view.caption(this.now());
    }
    this.figures.status(this.statuses);
  }

  // The server's clock: a picture's age must not depend on how well this computer's is set.
  now() {
    return Date.now() + this.clockMs;
  }

  redraw() {
    for (const view of this.views.values()) view.changed = true;
  }

  tick(now) {
    let fresh = false;
    for (const view of this.views.values()) {
      if (!view.drawIfChanged(this.layers.shown)) continue;
      view.caption(this.now());
      fresh ||= view === this.chosen;
    }
    if (fresh) this.drawPerson();
    this.figures.draw(now);
    this.request = requestAnimationFrame(this.tick);
  }

  select(view) {
    for (const other of this.views.values()) if (other !== view) other.selected = null;
    this.chosen = view?.selected ? view : null;
    this.find(".person").hidden = !this.chosen;
    this.redraw();
  }

  drawPerson() {
    const { record, selected } = this.chosen;
    drawPerson(this.find(".person"), selected, record.people.find(({ track }) => track === selected));
  }

  close() {
    cancelAnimationFrame(this.request);
    this.socket.close();
    this.deliveries.close();
    for (const view of this.views.values()) view.close();
  }
}
