// The chart of processing time: a bar a frame, its stages on top of one another.

import { FRAMES, percentile } from "./stages.js";

export function drawChart(canvas, window) {
  const unit = devicePixelRatio || 1;
  const [width, height] = [canvas.clientWidth * unit, canvas.clientHeight * unit];
  if (canvas.width !== Math.round(width)) canvas.width = Math.round(width);
  if (canvas.height !== Math.round(height)) canvas.height = Math.round(height);
  const context = canvas.getContext("2d");
  context.clearRect(0, 0, width, height);
  const [left, bottom, top] = [34 * unit, height - 4 * unit, 8 * unit];
  // One hitch of a second must not flatten all the others, so the highest bars may be cut off.
  const highest = niceCeiling(percentile(window.totals(), 0.99) ?? 10);
  const y = (ms) => bottom - (Math.min(ms, highest) / highest) * (bottom - top);
  drawAxis(context, highest, left, width, y, unit);
  const step = (width - left) / FRAMES;
  const counted = window.counted();
  window.frames.forEach((stages, index) => {
    let from = 0;
    const x = width - (window.frames.length - index) * step;
    for (const [stage, colour] of counted) {
      const to = from + (stages[stage] ?? 0);
      context.fillStyle = colour;
      context.fillRect(x, y(to), Math.max(step - 0.25 * unit, 0.75), y(from) - y(to));
      from = to;
    }
  });
}

function drawAxis(context, highest, left, right, y, unit) {
  context.font = `${10 * unit}px system-ui, sans-serif`;
  context.textAlign = "right";
  context.textBaseline = "middle";
  context.lineWidth = unit;
  for (const ms of [0, highest / 2, highest]) {
    context.strokeStyle = "rgba(150,160,175,.22)";
    context.beginPath();
    context.moveTo(left, y(ms));
    context.lineTo(right, y(ms));
    context.stroke();
    context.fillStyle = "#93a0b0";
    context.fillText(ms < 10 && ms % 1 ? ms.toFixed(1) : Math.round(ms), left - 6 * unit, y(ms));
  }
}

function niceCeiling(value) {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1)));
  return [1, 1.5, 2, 3, 4, 5, 6, 8, 10].map((factor) => factor * power).find((nice) => nice >= value) ?? value;
}
