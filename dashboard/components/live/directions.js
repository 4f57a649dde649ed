// Where people go and face, on the ground before their feet, and their sizes by the box; as pipeline/media/directions.py
// draws them into files.

const FLAT = 0.35;
const FLATTEST = 0.12;
const HEIGHT_CM = 170;
const [SHORTEST, LONGEST] = [0.2, 0.9];
const WEDGE = 0.32;
const [NARROWEST_DEG, WIDEST_DEG] = [12, 60];

const known = (value) => value !== null && value !== undefined;
const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

// From the ground around somebody to the picture: 0 degrees is towards the camera, 90 to the right.
function onGround({ box: [left, top, right, bottom], ground_cm: ground, distance_cm: distance, height_cm: height }) {
  const along = ground && distance ? Math.min(Math.hypot(...ground) / distance, 1) : null;
  const flat = along === null ? FLAT : Math.max(Math.sqrt(1 - along * along), FLATTEST);
  const scale = (bottom - top) / (height || HEIGHT_CM);
  const feet = [(left + right) / 2, bottom];
  const at = (degrees, cm) => {
    const angle = (degrees * Math.PI) / 180;
    return [feet[0] + Math.sin(angle) * cm * scale, feet[1] + Math.cos(angle) * flat * cm * scale];
  };
  return { feet, at, tallCm: (bottom - top) / scale };
}

export function drawFacing(context, person, colour, at, unit) {
  if (!known(person.facing_deg)) return;
  const ground = onGround(person);
  const half = clamp(person.facing_std_deg ?? 0, NARROWEST_DEG, WIDEST_DEG);
  context.beginPath();
  context.moveTo(...ground.feet.map(at));
  for (let step = -4; step <= 4; step++)
    context.lineTo(...ground.at(person.facing_deg + (half * step) / 4, WEDGE * ground.tallCm).map(at));
  context.closePath();
  context.fillStyle = context.strokeStyle = colour;
  context.globalAlpha = 0.5;
  context.fill();
  context.globalAlpha = 1;
  context.lineWidth = 1.5 * unit;
  context.stroke();
}

export function drawHeading(context, person, colour, at, unit) {
  if (!known(person.heading_deg)) return;
  const ground = onGround(person);
  const length = clamp(person.speed_cm_s ?? 0, SHORTEST * ground.tallCm, LONGEST * ground.tallCm);
  const [x, y] = ground.feet.map(at);
  const [endX, endY] = ground.at(person.heading_deg, length).map(at);
  const angle = Math.atan2(endY - y, endX - x);
  const tip = Math.min(9 * unit, 0.4 * Math.hypot(endX - x, endY - y));
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(endX, endY);
  for (const side of [-0.5, 0.5]) {
    context.moveTo(endX, endY);
    context.lineTo(endX - tip * Math.cos(angle + side), endY - tip * Math.sin(angle + side));
  }
  // A dark edge keeps it legible on any ground.
  for (const [ink, wide] of [["#14181d", 5], [colour, 2.5]]) {
    context.strokeStyle = ink;
    context.lineWidth = wide * unit;
    context.stroke();
  }
}

// "12.4 m  176 cm", with ~ where it is off by more than a tenth.
export function sizeWords(person) {
  const said = (value, std, text) => (known(value) ? `${std > 0.1 * value ? "~" : ""}${text(value)}` : "");
  const distance = said(person.distance_cm, person.distance_std_cm, (cm) => `${(cm / 100).toFixed(1)} m`);
  const height = said(person.height_cm, person.height_std_cm, (cm) => `${Math.round(cm)} cm`);
  return [distance, height].filter(Boolean).join("  ");
}
