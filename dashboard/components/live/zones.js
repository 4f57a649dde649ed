// Draws a camera's zones and lines over its picture, beneath the people: no-pass areas red and hatched, other zones
// blue, lines yellow.

const NO_PASS = "#ff5a5a";
const ZONE = "#4aa8ff";
const LINE = "#ffd54a";

// `scale` is canvas pixels a picture pixel, `unit` canvas pixels a CSS pixel.
export function drawZones(context, zones, lines, scale, unit) {
  context.save();
  context.lineJoin = context.lineCap = "round";
  for (const zone of zones) {
    const colour = zone.no_pass ? NO_PASS : ZONE;
    trace(context, zone.polygon, scale);
    context.closePath();
    context.globalAlpha = 0.14;
    context.fillStyle = colour;
    context.fill();
    context.globalAlpha = 1;
    if (zone.no_pass) hatch(context, zone.polygon, scale, unit);
    trace(context, zone.polygon, scale);
    context.closePath();
    context.strokeStyle = colour;
    context.lineWidth = 1.75 * unit;
    context.stroke();
    name(context, zone.name, zone.polygon, scale, unit, colour);
  }
  for (const line of lines) {
    trace(context, line.line, scale);
    context.strokeStyle = LINE;
    context.lineWidth = 2.5 * unit;
    context.stroke();
    name(context, line.name, line.line, scale, unit, LINE);
  }
  context.restore();
}

function trace(context, points, scale) {
  context.beginPath();
  for (const [x, y] of points) context.lineTo(x * scale, y * scale);
}

// Stripes tell a no-pass area also to who does not see its red.
function hatch(context, points, scale, unit) {
  const [xs, ys] = [points.map(([x]) => x * scale), points.map(([, y]) => y * scale)];
  const [left, right] = [Math.max(0, Math.min(...xs)), Math.min(context.canvas.width, Math.max(...xs))];
  const [top, bottom] = [Math.max(0, Math.min(...ys)), Math.min(context.canvas.height, Math.max(...ys))];
  context.save();
  trace(context, points, scale);
  context.clip();
  context.globalAlpha = 0.35;
  context.strokeStyle = NO_PASS;
  context.lineWidth = 2 * unit;
  context.beginPath();
  for (let x = left - (bottom - top); x < right; x += 16 * unit) {
    context.moveTo(x, bottom);
    context.lineTo(x + bottom - top, top);
  }
  context.stroke();
  context.restore();
}

// At the topmost point, moved into the picture.
function name(context, text, points, scale, unit, colour) {
  if (!points.length) return;
  const [x, y] = points.reduce((highest, point) => (point[1] < highest[1] ? point : highest));
  context.font = `600 ${12 * unit}px system-ui, sans-serif`;
  context.textAlign = "left";
  context.textBaseline = "bottom";
  const width = context.measureText(text).width;
  const left = Math.min(Math.max(4 * unit, x * scale), Math.max(4 * unit, context.canvas.width - width - 4 * unit));
  const bottom = Math.max(16 * unit, y * scale - 3 * unit);
  context.lineWidth = 3 * unit;
  context.strokeStyle = "rgba(16,20,26,.85)";
  context.strokeText(text, left, bottom);
  context.fillStyle = colour;
  context.fillText(text, left, bottom);
}
