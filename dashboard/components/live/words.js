// How things are said on the live page.

export const STATES = {
  connecting: "Connecting",
  live: "Live",
  stalled: "Connected, but nothing new arrives",
  reconnecting: "Reconnecting",
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

// "Reconnecting, 3rd try: no route to host"
export function stateWords(status) {
  const state = STATES[status.state] ?? status.state;
  const which = status.state === "reconnecting" && status.tries > 0 ? `${state}, ${ordinal(status.tries)} try` : state;
  return status.detail ? `${which}: ${status.detail}` : which;
}

// "recorded · h264 · 1280×720 · 25.0 frames/s · 2,048 kbit/s · GOP 50 · clock +0.2 s · decoded by cpu"
export function streamWords({ size, stream, recording }) {
  const kept = recording ? [recording.going ? "recorded" : `not recorded: ${recording.detail}`] : [];
  if (!stream) return kept.join("");
  const parts = [...kept, stream.codec];
  if (size) parts.push(`${size[0]}×${size[1]}`);
  parts.push(`${stream.fps.toFixed(1)} frames/s`, `${Math.round(stream.kbps).toLocaleString()} kbit/s`);
  if (stream.gop !== null) parts.push(`GOP ${stream.gop}`);
  if (stream.clock_offset_ms !== null) parts.push(`clock ${signed(stream.clock_offset_ms / 1e3)} s`);
  return [...parts, `decoded by ${stream.decoder}`].join(" · ");
}

function ordinal(number) {
  const teens = number % 100 > 10 && number % 100 < 14;
  return `${number}${(!teens && ["", "st", "nd", "rd"][number % 10]) || "th"}`;
}

const signed = (value) => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(1)}`;
