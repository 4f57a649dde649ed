// "Real-time detection performance": the time that each of the last frames took, by stage.

export const STAGES = [
  ["decode", "#5f9ed1"],
  ["inference", "#f0b432"],
  ["track", "#2fd6a3"],
  ["attributes", "#f28cc8"],
  ["publish", "#9aa7ff"],
];
const FRAMES = 200;

export const processingMs = (stages) => STAGES.reduce((sum, [stage]) => sum + (stages[stage] ?? 0), 0);

export function percentile(values, share) {
  if (!values.length) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const low = Math.floor(place);
  return sorted[low] + (sorted[Math.min(low + 1, sorted.length - 1)] - sorted[low]) * (place - low);
}

export class StageWindow {
  constructor() {
    this.frames = [];
  }

  add(stages) {
    this.frames.push(stages);
    if (this.frames.length > FRAMES) this.frames.shift();
  }

  values(stage) {
    return this.frames.filter((stages) => stage in stages).map((stages) => stages[stage]);
  }

  totals() {
    return this.frames.map(processingMs);
  }
}

// A bar a frame, its stages on top of one another.
export function drawChart(canvas, frames) {
  const unit = devicePixelRatio || 1;
  const [width, height] = [canvas.clientWidth * unit, canvas.clientHeight * unit];
  if (canvas.width !== Math.round(width)) canvas.width = Math.round(width);
  if (canvas.height !== Math.round(height)) canvas.height = Math.round(height);
  const context = canvas.getContext("2d");
  context.clearRect(0, 0, width, height);
  const [left, bottom, top] = [34 * unit, height - 4 * unit, 8 * unit];
  const highest = niceCeiling(percentile(frames.map(processingMs), 0.99) ?? 10);
  const y = (ms) => bottom - (Math.min(ms, highest) / highest) * (bottom - top);
  context.font = `${10 * unit}px system-ui, sans-serif`;
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const ms of [0, highest / 2, highest]) {
    context.strokeStyle = "rgba(150,160,175,.22)";
    context.lineWidth = unit;
    context.beginPath();
    context.moveTo(left, y(ms));
    context.lineTo(width, y(ms));
    context.stroke();
    context.fillStyle = "#93a0b0";
    context.fillText(ms < 10 && ms % 1 ? ms.toFixed(1) : Math.round(ms), left - 6 * unit, y(ms));
  }
  const step = (width - left) / Math.max(FRAMES, frames.length);
  frames.forEach((stages, index) => {
    let from = 0;
    const x = width - (frames.length - index) * step;
    for (const [stage, colour] of STAGES) {
      const to = from + (stages[stage] ?? 0);
      context.fillStyle = colour;
      context.fillRect(x, y(to), Math.max(step - 0.25 * unit, 0.75), y(from) - y(to));
      from = to;
    }
  });
}

function niceCeiling(value) {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1)));
  return [1, 1.5, 2, 3, 4, 5, 6, 8, 10].map((factor) => factor * power).find((nice) => nice >= value) ?? value;
}
