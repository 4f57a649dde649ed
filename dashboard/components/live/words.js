// How things are said on the live page.

export const STATES = {
  connecting: "Connecting",
  live: "Live",
  stalled: "Connected, but nothing new arrives",
  reconnecting: "Away, being reconnected",
  failed: "Cannot be read",
  ended: "Has come to its end",
  stopped: "Stopped",
};

// "85 ms", "12 s", "3 min", "2 h", "4 d"
export function age(ms) {
  if (ms < 10_000) return `${Math.max(0, Math.round(ms))} ms`;
  for (const [longest, unit, length] of [[100, "s", 1e3], [100, "min", 6e4], [48, "h", 36e5]])
    if (ms < longest * length) return `${Math.round(ms / length)} ${unit}`;
  return `${Math.round(ms / 864e5)} d`;
}

// The place in a clip: 1:05.2
export function place(ms) {
  const tenths = Math.round(ms / 100);
  const seconds = (tenths % 600) / 10;
  return `${Math.floor(tenths / 600)}:${seconds.toFixed(1).padStart(4, "0")}`;
}
