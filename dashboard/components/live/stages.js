// The time that each stage took for the last frames of a camera.

export const STAGES = [
  ["decode", "#5f9ed1"],
  ["wait", "#6b7683"],
  ["inference", "#f0b432"],
  ["track", "#2fd6a3"],
  ["attributes", "#f28cc8"],
  ["cricket", "#ff7a3c"],
  ["rules", "#d5d9e0"],
  ["publish", "#9aa7ff"],
];
export const FRAMES = 200;
const RATE_MS = 3000;

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
    this.times = [];
    // A live frame waits only where the machine is too slow, which is part of what it costs. A file is read ahead to
    // keep the network busy, and how long its frames wait says nothing.
    this.live = true;
  }

  add(stages, now) {
    this.frames.push(stages);
    this.times.push(now);
    if (this.frames.length > FRAMES) {
      this.frames.shift();
      this.times.shift();
    }
  }

  counted() {
    return STAGES.filter(([stage]) => this.live || stage !== "wait");
  }

  totals() {
    const counted = this.counted();
    return this.frames.map((stages) => counted.reduce((sum, [stage]) => sum + (stages[stage] ?? 0), 0));
  }

  // Frames a second, lately.
  rate(now) {
    const lately = this.times.filter((at) => now - at < RATE_MS);
    return lately.length > 1 ? (1000 * (lately.length - 1)) / (lately.at(-1) - lately[0]) : 0;
  }
}
