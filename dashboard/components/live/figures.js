// "Real-time detection performance": what the last frames of the cameras shown cost, in numbers and as a chart.

import { drawChart } from "./chart.js";
import { percentile, STAGES, StageWindow } from "./stages.js";

const EVERY_MS = 250;

const PANEL = `
  <h3>Real-time detection performance</h3>
  <div class="big"><span class="total">–</span><small>ms a frame</small><span class="rate">–</span><small>frames/s</small></div>
  <canvas class="chart" aria-label="Processing time of each of the last frames, by stage"></canvas>
  <table><thead><tr><th>stage, ms</th><th>p50</th><th>p95</th><th>p99</th></tr></thead><tbody></tbody></table>
  <p class="drops"></p>`;

export class Figures {
  constructor(element) {
    element.innerHTML = PANEL;
    this.find = (selector) => element.querySelector(selector);
    this.windows = new Map();
    this.drops = [];
    this.drawnAt = 0;
    this.stale = true;
  }

  show(cameras) {
    this.windows = new Map(cameras.map((name) => [name, this.windows.get(name) ?? new StageWindow()]));
    this.stale = true;
  }

  add(record, now) {
    this.windows.get(record.camera).add(record.stages_ms, now);
    this.stale = true;
  }

  // Once a second, also where no frame comes any more: the rate has to fall then.
  status(statuses) {
    const shown = [...this.windows].map(([name, window]) => [window, statuses.get(name)]);
    for (const [window, status] of shown) window.live = status?.source.includes("://") ?? false;
    this.drops = shown.flatMap(([, status]) => Object.entries(status?.drops ?? {}));
    this.stale = true;
  }

  draw(now) {
    if (!this.stale || now - this.drawnAt < EVERY_MS) return;
    this.stale = false;
    this.drawnAt = now;
    const windows = [...this.windows.values()];
    const totals = windows.flatMap((window) => window.totals());
    this.find(".total").textContent = say(percentile(totals, 0.5));
    this.find(".rate").textContent = windows.reduce((sum, window) => sum + window.rate(now), 0).toFixed(1);
    const busiest = windows.sort((a, b) => b.frames.length - a.frames.length)[0] ?? new StageWindow();
    drawChart(this.find(".chart"), busiest);
    this.drawTable(windows, totals);
    this.drawDrops();
  }

  drawTable(windows, totals) {
    const frames = windows.flatMap((window) => window.frames);
    const known = STAGES.filter(([stage]) => frames.some((stages) => stage in stages));
    const rows = known.map(([stage, colour]) =>
      row(stage, colour, frames.filter((stages) => stage in stages).map((stages) => stages[stage])),
    );
    const total = windows.every((window) => window.live) ? "total" : "total without waiting";
    this.find("tbody").innerHTML = rows.join("") + row(total, "transparent", totals);
  }

  drawDrops() {
    const causes = new Map();
    for (const [cause, count] of this.drops) causes.set(cause, (causes.get(cause) ?? 0) + count);
    const words = [...causes].filter(([, count]) => count).map(([cause, count]) => `${count.toLocaleString()} ${cause}`);
    this.find(".drops").textContent = `Frames dropped: ${words.join(", ") || "none"}`;
  }
}

const say = (ms) => (ms === null ? "–" : ms.toFixed(ms < 10 ? 1 : 0));

function row(name, colour, values) {
  const cells = [0.5, 0.95, 0.99].map((share) => `<td>${say(percentile(values, share))}</td>`).join("");
  return `<tr><th><i style="background:${colour}"></i>${name}</th>${cells}</tr>`;
}
