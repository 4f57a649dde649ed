// What a cricket camera's overlay has besides people: creases and stumps, and the ball with the way it came.

const TRAIL_MS = 1200;
// A ball that jumps farther is another one, or in another hand: its trail begins anew.
const JUMP_RADII = 25;
const [CREASE, STUMPS, BALL] = ["#ffe65a", "#50d86a", "#ff4d4d"];

// Where the ball was lately, as [ms, x, y], with the newest record's.
export function ballTrail(trail, { ball, pts_ms: now }) {
  const kept = trail.filter(([at]) => at <= now && now - at <= TRAIL_MS);
  if (!ball) return kept;
  const last = kept.at(-1);
  const jumped = last && Math.hypot(last[1] - ball.x, last[2] - ball.y) > JUMP_RADII * ball.radius;
  return [...(jumped ? [] : kept), [now, ball.x, ball.y]];
}

export function drawPitch(context, { creases = [], stumps = [] }, at, unit) {
  context.lineWidth = 2 * unit;
  context.strokeStyle = CREASE;
  context.beginPath();
  for (const { line } of creases) {
    context.moveTo(at(line[0]), at(line[1]));
    context.lineTo(at(line[2]), at(line[3]));
  }
  context.stroke();
  context.strokeStyle = STUMPS;
  for (const { box } of stumps) {
    const [left, top, right, bottom] = box.map(at);
    context.strokeRect(left, top, right - left, bottom - top);
  }
}

export function drawBall(context, ball, trail, at, unit) {
  context.strokeStyle = BALL;
  context.lineWidth = 2 * unit;
  context.beginPath();
  for (const [, x, y] of trail) context.lineTo(at(x), at(y));
  context.stroke();
  if (!ball) return;
  context.beginPath();
  context.arc(at(ball.x), at(ball.y), at(ball.radius) + 3 * unit, 0, 2 * Math.PI);
  context.stroke();
}
