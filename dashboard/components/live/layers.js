// The overlay's parts, each switched by a button and remembered by the browser.

const LAYERS = [
  ["boxes", "Boxes"],
  ["skeletons", "Skeletons"],
  ["ids", "Ids"],
  ["trails", "Trails"],
  ["zones", "Zones"],
  ["headings", "Headings"],
  ["facings", "Facings"],
  ["sizes", "Sizes"],
  ["creases", "Creases"],
  ["ball", "Ball"],
];
const REMEMBERED = "sightline-overlay";

export class Layers {
  constructor(bar, onChange) {
    this.shown = { ...Object.fromEntries(LAYERS.map(([name]) => [name, true])), ...remembered() };
    for (const [name, title] of LAYERS) {
      const button = document.createElement("button");
      button.textContent = title;
      button.dataset.layer = name;
      button.setAttribute("aria-pressed", this.shown[name]);
      button.onclick = () => {
        this.shown[name] = !this.shown[name];
        button.setAttribute("aria-pressed", this.shown[name]);
        localStorage.setItem(REMEMBERED, JSON.stringify(this.shown));
        onChange();
      };
      bar.append(button);
    }
  }
}

function remembered() {
  return JSON.parse(localStorage.getItem(REMEMBERED) ?? "{}");
}
