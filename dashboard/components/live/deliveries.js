// The newest deliveries of the cameras shown that watch cricket: what was measured, and where they pitched.

const EVERY_MS = 2000;
const SHOWN = 6;
// Metres of the pitch that the map shows: behind the stumps, to where short balls pitch, and to either side.
const [BEHIND, REACH, ASIDE] = [1, 11, 1.525];
const SCALE = 16;
// Where a ball pitches that is called so, in metres from the stumps.
const BANDS = [["yorker", 2, "#3f5a6b"], ["full", 6, "#3c6657"], ["good", 8, "#4d7a45"], ["short", REACH, "#5d5470"]];

const PANEL = `<h4>Deliveries</h4><div class="pitched"></div><ol></ol>`;

export class Deliveries {
  constructor(element) {
    this.element = element;
    element.innerHTML = PANEL;
    this.watching = new Set();
    this.timer = setInterval(() => this.ask(), EVERY_MS);
  }

  show(cameras) {
    this.watching = new Set(cameras.filter((name) => this.watching.has(name)));
    this.element.hidden = !this.watching.size;
  }

  // A camera watches cricket that says where creases, stumps or a ball are.
  add({ camera, creases, stumps, ball }) {
    if (this.watching.has(camera) || !(creases?.length || stumps?.length || ball)) return;
    this.watching.add(camera);
    this.element.hidden = false;
    this.ask();
  }

  async ask() {
    const cameras = [...this.watching];
    if (!cameras.length) return;
    // Where the server is away, what is shown stays: the page says elsewhere that the connection is lost.
    const told = await Promise.all(
      cameras.map((name) =>
        fetch(`/api/deliveries?camera=${encodeURIComponent(name)}&limit=${SHOWN}`)
          .then((answer) => (answer.ok ? answer.json() : null))
          .catch(() => null),
      ),
    );
    if (told.includes(null)) return;
    const newest = told.flat().sort((a, b) => (a.id < b.id ? 1 : -1)).slice(0, SHOWN);
    this.element.querySelector(".pitched").innerHTML = map(newest);
    this.element.querySelector("ol").innerHTML = newest.map(row).join("") || "<li>None yet</li>";
  }

  close() {
    clearInterval(this.timer);
  }
}

function row(delivery, index) {
  const { release_speed_kmh: speed, release_speed_std_kmh: std, length, line, front_foot: foot } = delivery;
  const said = speed === null ? "speed not known" : `${Math.round(speed)} ± ${Math.round(std ?? 0)} km/h`;
  const where = [length, line].filter(Boolean).join(", ");
  const small = foot ? `<small>front foot ${foot.verdict}</small>` : "";
  return `<li class="${index ? "" : "newest"}"><b>${said}</b> ${where}${small}</li>`;
}

// The striker's end from above, the stumps at the left and the off side up.
function map(deliveries) {
  const [x, y] = [(along) => (BEHIND + along) * SCALE, (off) => (ASIDE - off) * SCALE];
  let from = 0;
  const bands = BANDS.map(([name, to, colour]) => {
    const begin = from;
    from = to;
    return `<rect x="${x(begin)}" y="0" width="${x(to) - x(begin)}" height="${y(-ASIDE)}" fill="${colour}"/>
      <text x="${x(begin) + 4}" y="${y(-ASIDE) - 4}">${name}</text>`;
  });
  const marks = `<line x1="${x(1.22)}" y1="0" x2="${x(1.22)}" y2="${y(-ASIDE)}"/><line x1="${x(0)}" y1="${y(1.32)}"
    x2="${x(0)}" y2="${y(-1.32)}"/><rect class="stumps" x="${x(0) - 1.5}" y="${y(0.114)}" width="3" height="${0.228 * SCALE}"/>`;
  const balls = deliveries.flatMap(({ bounce_m: place, bounce_std_m: std }, index) => {
    if (!place) return [];
    const [along, off] = std ?? [0, 0];
    return `<g class="${index ? "" : "newest"}"><ellipse cx="${x(place[0])}" cy="${y(place[1])}" rx="${along * SCALE}"
      ry="${off * SCALE}"/><circle cx="${x(place[0])}" cy="${y(place[1])}" r="3.5"/></g>`;
  });
  const size = `0 0 ${x(REACH)} ${y(-ASIDE)}`;
  return `<svg viewBox="${size}" role="img" aria-label="Where they pitched">${bands.join("")}${marks}${balls.reverse().join("")}</svg>`;
}
