// What is known of the person who was clicked. What cannot be known is a dash.

const number = (value, unit, std) => {
  if (value === null || value === undefined) return "–";
  return `${Math.round(value)}${std ? ` ± ${Math.round(std)}` : ""}${unit}`;
};

const looks = (looking) => ({ true: "yes", false: "no" })[looking] ?? "–";

export function drawPerson(panel, track, person) {
  const heading = document.createElement("h4");
  heading.textContent = `Person ${track}${person ? "" : ", not in view"}`;
  const list = document.createElement("dl");
  for (const [name, value] of person ? facts(person) : []) {
    const [term, text] = [document.createElement("dt"), document.createElement("dd")];
    term.textContent = name;
    text.textContent = value;
    list.append(term, text);
  }
  const sentence = document.createElement("p");
  sentence.textContent = person?.sentence ?? "";
  panel.replaceChildren(heading, list, sentence);
}

function facts(person) {
  const { gender, zones } = person;
  return [
    ["heading", number(person.heading_deg, "°", person.heading_std_deg)],
    ["speed", number(person.speed_cm_s, " cm/s")],
    ["facing", number(person.facing_deg, "°", person.facing_std_deg)],
    ["head", number(person.head_facing_deg, "°", person.head_facing_std_deg)],
    ["distance", number(person.distance_cm, " cm", person.distance_std_cm)],
    ["height", number(person.height_cm, " cm", person.height_std_cm)],
    ["width", number(person.width_cm, " cm", person.width_std_cm)],
    ["gender", gender ? `${gender.value}, ${Math.round(100 * gender.confidence)} %` : "–"],
    ["looks at the camera", looks(person.looking)],
    ["zones", zones?.length ? zones.map(({ name, relation }) => `${relation} ${name}`).join(", ") : "–"],
    ["score", person.score > 0 ? person.score.toFixed(2) : "hidden"],
  ];
}
