// Words by people's boxes, where they cover neither each other nor the picture's edge: those who are nearest choose
// first. As pipeline/media/labels.py places them in files.

const common = (one, other) =>
  Math.max(Math.min(one[2], other[2]) - Math.max(one[0], other[0]), 0) *
  Math.max(Math.min(one[3], other[3]) - Math.max(one[1], other[1]), 0);

// Over the box, at its lower edge, and then higher and lower, a label's height at a time, at either side.
function candidates([left, top, right, bottom], width, height, picture) {
  const rows = [top - height, bottom, ...[-2, 0, -3, 1, -4, 2].map((step) => top + step * height)];
  return rows.flatMap((row) =>
    [left, right - width].map((column) => {
      const x = Math.max(Math.min(column, picture[0] - width), 0);
      const y = Math.max(Math.min(row, picture[1] - height), 0);
      return [x, y, x + width, y + height];
    }),
  );
}

// `labels` have a box, a width and a height; the answer has a place for each, [left, top, right, bottom].
export function placed(labels, picture) {
  const places = new Map();
  for (const label of [...labels].sort((a, b) => b.box[3] - a.box[3])) {
    const covered = (place) => [...places.values()].reduce((sum, other) => sum + common(place, other), 0);
    let [best, least] = [null, Infinity];
    for (const place of candidates(label.box, label.width, label.height, picture)) {
      const area = covered(place);
      if (area < least) [best, least] = [place, area];
    }
    places.set(label, best);
  }
  return labels.map((label) => places.get(label));
}

// `labels` have a text, a box in canvas pixels and a colour; `unit` is canvas pixels a CSS pixel.
export function drawLabels(context, labels, picture, unit) {
  context.font = `600 ${12 * unit}px system-ui, sans-serif`;
  context.textBaseline = "middle";
  const height = 16 * unit;
  const sized = labels.map((label) => ({ ...label, height, width: context.measureText(label.text).width + 8 * unit }));
  placed(sized, picture).forEach(([left, top, right], index) => {
    context.fillStyle = sized[index].colour;
    context.fillRect(left, top, right - left, height);
    context.fillStyle = "#10141a";
    context.fillText(sized[index].text, left + 4 * unit, top + height / 2);
  });
}
