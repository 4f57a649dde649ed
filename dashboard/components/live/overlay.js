// Draws a record over its own picture: boxes, skeletons, ids, trails, directions and sizes, each of which can be left out.

import { ballTrail, drawBall, drawPitch } from "./cricket.js";
import { drawFacing, drawHeading, sizeWords } from "./directions.js";
import { drawLabels } from "./labels.js";

const LIMBS = [
  [0, 1], [0, 2], [1, 3], [2, 4], [5, 6], [5, 7], [7, 9], [6, 8], [8, 10], [5, 11], [6, 12], [11, 12], [11, 13],
  [13, 15], [12, 14], [14, 16],
];
const MIN_SCORE = 0.2;
const TRAIL_MS = 2000;
// Okabe and Ito's colours, which people who see colours differently can tell apart, brightened for dark pictures.
const COLOURS = ["#56b4e9", "#f0b432", "#2fd6a3", "#ff7a3c", "#f28cc8", "#f5ec5a", "#7aa2ff", "#d5d9e0"];

export const colourOf = (track) => COLOURS[(track - 1) % COLOURS.length];

export class Trails {
  constructor() {
    this.points = new Map();
    this.ball = [];
  }

  add(record) {
    this.ball = ballTrail(this.ball, record);
    for (const person of record.people) {
      const [left, , right, bottom] = person.box;
      if (!this.points.has(person.track)) this.points.set(person.track, []);
      this.points.get(person.track).push([record.pts_ms, (left + right) / 2, bottom]);
    }
    for (const [track, points] of this.points) {
      const kept = points.filter(([at]) => at <= record.pts_ms && record.pts_ms - at <= TRAIL_MS);
      if (kept.length) this.points.set(track, kept);
      else this.points.delete(track);
    }
  }
}

// `scale` is canvas pixels a picture pixel, `unit` canvas pixels a CSS pixel.
export function drawOverlay(context, record, trails, shown, scale, unit, selected) {
  const at = (value) => value * scale;
  const labels = [];
  context.lineJoin = context.lineCap = "round";
  if (shown.creases) drawPitch(context, record, at, unit);
  for (const person of record.people) {
    const colour = colourOf(person.track);
    const [left, top, right, bottom] = person.box.map(at);
    if (shown.trails) {
      context.strokeStyle = colour;
      context.lineWidth = 2 * unit;
      context.globalAlpha = 0.75;
      context.beginPath();
      for (const [, x, y] of trails.points.get(person.track) ?? []) context.lineTo(at(x), at(y));
      context.stroke();
      context.globalAlpha = 1;
    }
    if (shown.skeletons) drawSkeleton(context, person.keypoints, at, unit);
    if (shown.boxes) {
      context.strokeStyle = colour;
      context.lineWidth = (person.track === selected ? 3.5 : 1.75) * unit;
      context.setLineDash(person.score > 0 ? [] : [6 * unit, 5 * unit]);
      context.strokeRect(left, top, right - left, bottom - top);
      context.setLineDash([]);
    }
    if (shown.facings) drawFacing(context, person, colour, at, unit);
    if (shown.headings) drawHeading(context, person, colour, at, unit);
    const words = [shown.ids ? String(person.track) : "", shown.sizes ? sizeWords(person) : ""].filter(Boolean);
    if (words.length) labels.push({ text: words.join("  "), box: [left, top, right, bottom], colour });
  }
  if (shown.ball) drawBall(context, record.ball, trails.ball, at, unit);
  drawLabels(context, labels, record.size.map(at), unit);
}

function drawSkeleton(context, keypoints, at, unit) {
  context.strokeStyle = "rgba(245,247,250,.85)";
  context.lineWidth = 1.5 * unit;
  context.beginPath();
  for (const [from, to] of LIMBS) {
    const [a, b] = [keypoints[from], keypoints[to]];
    if (!a || !b || a[2] < MIN_SCORE || b[2] < MIN_SCORE) continue;
    context.moveTo(at(a[0]), at(a[1]));
    context.lineTo(at(b[0]), at(b[1]));
  }
  context.stroke();
  context.fillStyle = "#ffc845";
  for (const [x, y, score] of keypoints) {
    if (score < MIN_SCORE) continue;
    context.beginPath();
    context.arc(at(x), at(y), 2 * unit, 0, 2 * Math.PI);
    context.fill();
  }
}

// The smallest box around a point of the picture, or null.
export function personAt(record, x, y) {
  const area = ([left, top, right, bottom]) => (right - left) * (bottom - top);
  const hit = record.people.filter(({ box }) => x >= box[0] && x <= box[2] && y >= box[1] && y <= box[3]);
  return hit.sort((a, b) => area(a.box) - area(b.box))[0] ?? null;
}
