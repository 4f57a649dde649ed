// The live page's component: pictures on the left, what they cost on the right. It keeps itself up to date from one
// WebSocket; Streamlit only tells it which cameras to show.

import { drawChart, percentile, StageWindow, STAGES } from "./performance.js";
import { LiveSocket } from "./socket.js";
import { CameraView } from "./view.js";

const LAYERS = [
  ["boxes", "Boxes"],
  ["skeletons", "Skeletons"],
  ["ids", "Ids"],
  ["trails", "Trails"],
];
const REMEMBERED = "sightline-overlay";
const FIGURES_EVERY_MS = 250;

const PAGE = `
  <section class="stage">
    <div class="bar"><span class="layers"></span><span class="connection" hidden>Connection lost, trying again</span></div>
    <div class="grid"></div>
  </section>
  <aside class="figures">
    <h3>Real-time detection performance</h3>
    <div class="big"><span class="total">–</span><small>ms a frame</small><span class="rate">–</span><small>frames/s</small></div>
    <canvas class="chart" aria-label="Processing time of each of the last frames, by stage"></canvas>
    <table><thead><tr><th>stage, ms</th><th>p50</th><th>p95</th><th>p99</th></tr></thead><tbody></tbody></table>
    <p class="drops"></p>
    <p class="host"></p>
    <div class="person" hidden></div>
  </aside>`;

export class LivePage {
  constructor(root) {
    this.root = root;
    root.innerHTML = PAGE;
    this.views = new Map();
    this.windows = new Map();
    this.statuses = new Map();
    this.rates = new Map();
    this.shown = this.remembered();
    this.select = this.select.bind(this);
    this.find = (selector) => root.querySelector(selector);
    this.makeToggles();
    this.socket = new LiveSocket({
      onFrame: (record, jpeg) => this.frame(record, jpeg),
      onStatus: (message) => this.status(message),
      onConnection: (good) => (this.find(".connection").hidden = good),
    });
    this.figuresAt = 0;
    this.tick = this.tick.bind(this);
    this.request = requestAnimationFrame(this.tick);
  }

  update({ cameras, titles = {} }) {
    const wanted = JSON.stringify([cameras, titles]);
    if (wanted === this.wanted) return;
    this.wanted = wanted;
    for (const view of this.views.values()) view.close();
    this.views = new Map(cameras.map((name) => [name, new CameraView(name, titles[name] ?? name, this.select)]));
    this.windows = new Map(cameras.map((name) => [name, new StageWindow()]));
    this.rates = new Map(cameras.map((name) => [name, []]));
    const grid = this.find(".grid");
    grid.style.setProperty("--columns", Math.ceil(Math.sqrt(Math.max(1, cameras.length))));
    grid.replaceChildren(...[...this.views.values()].map((view) => view.element));
    if (!cameras.length) grid.innerHTML = '<p class="nothing">No camera is shown. Choose a video input source on the left.</p>';
    for (const [name, view] of this.views) if (this.statuses.has(name)) view.status(this.statuses.get(name));
    this.select(null);
    this.socket.show(cameras);
  }

  makeToggles() {
    const bar = this.find(".layers");
    for (const [name, title] of LAYERS) {
      const button = document.createElement("button");
      button.textContent = title;
      button.dataset.layer = name;
      button.setAttribute("aria-pressed", this.shown[name]);
      button.onclick = () => {
        this.shown[name] = !this.shown[name];
        button.setAttribute("aria-pressed", this.shown[name]);
        localStorage.setItem(REMEMBERED, JSON.stringify(this.shown));
        for (const view of this.views.values()) view.changed = true;
      };
      bar.append(button);
    }
  }

  remembered() {
    const all = Object.fromEntries(LAYERS.map(([name]) => [name, true]));
    return { ...all, ...JSON.parse(localStorage.getItem(REMEMBERED) ?? "{}") };
  }

  frame(record, jpeg) {
    const view = this.views.get(record.camera);
    if (!view) return;
    view.frame(record, jpeg);
    this.windows.get(record.camera).add(record.stages_ms);
    const rate = this.rates.get(record.camera);
    rate.push(performance.now());
    if (rate.length > 60) rate.shift();
  }

  status({ cameras, system }) {
    this.statuses = new Map(cameras.map((status) => [status.camera, status]));
    for (const [name, view] of this.views) view.status(this.statuses.get(name));
    this.find(".host").textContent = system
      ? `Running on: ${system.device} · ${system.engine} · ${system.model} ${system.input_size.join("×")}`
      : "";
  }

  tick(now) {
    let fresh = false;
    for (const view of this.views.values()) {
      const size = `${view.canvas.clientWidth}x${view.canvas.clientHeight}`;
      if (view.changed || size !== view.drawnSize) {
        view.changed = false;
        view.drawnSize = size;
        view.draw(this.shown);
        fresh = true;
      }
    }
    if (fresh && now - this.figuresAt > FIGURES_EVERY_MS) {
      this.figuresAt = now;
      this.drawFigures(now);
    }
    this.request = requestAnimationFrame(this.tick);
  }

  drawFigures(now) {
    const frames = [...this.windows.values()].flatMap((window) => window.frames);
    const totals = [...this.windows.values()].flatMap((window) => window.totals());
    const p50 = percentile(totals, 0.5);
    this.find(".total").textContent = p50 === null ? "–" : p50.toFixed(p50 < 10 ? 1 : 0);
    const rates = [...this.rates.values()].map((times) => times.filter((at) => now - at < 3000));
    const rate = rates.map((t) => (t.length > 1 ? (1000 * (t.length - 1)) / (t.at(-1) - t[0]) : 0));
    this.find(".rate").textContent = rate.reduce((sum, value) => sum + value, 0).toFixed(1);
    const longest = [...this.windows.values()].sort((a, b) => b.frames.length - a.frames.length)[0];
    if (longest) drawChart(this.find(".chart"), longest.frames);
    const rows = [["wait", "#6b7683"], ...STAGES].filter(([stage]) => frames.some((stages) => stage in stages));
    const cells = rows.map(([stage, colour]) => row(stage, colour, frames.filter((f) => stage in f).map((f) => f[stage])));
    this.find("tbody").innerHTML = cells.join("") + row("total, no wait", "transparent", totals);
    const drops = [...this.views.keys()].flatMap((name) => Object.entries(this.statuses.get(name)?.drops ?? {}));
    const causes = drops.reduce((sum, [cause, count]) => ({ ...sum, [cause]: (sum[cause] ?? 0) + count }), {});
    const words = Object.entries(causes).map(([cause, count]) => `${count} ${cause}`);
    this.find(".drops").textContent = `Frames dropped: ${words.length ? words.join(", ") : "none"}`;
    this.drawPerson();
  }

  select(view) {
    for (const other of this.views.values()) if (other !== view) other.selected = null;
    for (const other of this.views.values()) other.changed = true;
    this.chosen = view?.selected ? view : null;
    this.drawPerson();
  }

  drawPerson() {
    const panel = this.find(".person");
    panel.hidden = !this.chosen;
    if (!this.chosen) return;
    const person = this.chosen.record.people.find(({ track }) => track === this.chosen.selected);
    const say = (value, unit) => (value === null || value === undefined ? "–" : `${Math.round(value)}${unit}`);
    const facts = person
      ? [
          ["heading", say(person.heading_deg, "°")],
          ["facing", say(person.facing_deg, "°")],
          ["distance", say(person.distance_cm, " cm")],
          ["height", say(person.height_cm, " cm")],
          ["width", say(person.width_cm, " cm")],
          ["gender", person.gender ? person.gender.value : "–"],
          ["score", person.score.toFixed(2)],
        ]
      : [];
    const list = facts.map(([name, value]) => `<dt>${name}</dt><dd>${value}</dd>`).join("");
    panel.innerHTML = `<h4>Person ${this.chosen.selected}${person ? "" : " (not in view)"}</h4><dl>${list}</dl>`;
  }

  close() {
    cancelAnimationFrame(this.request);
    this.socket.close();
    for (const view of this.views.values()) view.close();
  }
}

function row(name, colour, values) {
  const cells = [0.5, 0.95, 0.99].map((share) => percentile(values, share));
  const text = cells.map((value) => `<td>${value === null ? "–" : value.toFixed(value < 10 ? 1 : 0)}</td>`).join("");
  return `<tr><th><i style="background:${colour}"></i>${name}</th>${text}</tr>`;
}
