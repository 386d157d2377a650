import { clockAt, type Day, HOUR, type Lane, MINUTE } from "./day.js";

const HEIGHT = 58;
const LABELS = 64;
const TOP = 26;

function svg(name: string, attributes: Record<string, string | number>, text?: string): SVGElement {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, `${value}`);
  if (text !== undefined) element.textContent = text;
  return element;
}

const CLASSES: Readonly<Record<string, string>> = {
  frozen: "still",
  asleep: "still",
  hidden: "still",
  crashed: "gone",
  closed: "gone",
  "signed-out": "out",
};
/** Each kind of mark has a row of its own below the bar. */
const ROWS = { activity: 40, touch: 47, refresh: 55, sign: 55 };
const SIGNS = { refresh: "▲", touch: "◆", sign: "●", activity: "╵" };

/** Hours, or less where there is room. */
const stepOf = (span: number, most: number) =>
  [15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR].find((step) => span / step <= most) ?? 4 * HOUR;

/** Draws the lanes of a day into `place`, as wide as that is. */
export function drawLanes(place: SVGElement, { world, lanes }: Day): void {
  const width = Math.max(320, place.clientWidth || 900);
  const height = TOP + Math.max(1, lanes.length) * HEIGHT + 6;
  const span = Math.max(2 * HOUR, world.now * 1.04);
  const x = (at: number) => LABELS + (at / span) * (width - LABELS - 8);
  place.setAttribute("viewBox", `0 0 ${width} ${height}`);
  place.setAttribute("height", `${height}`);

  const drawn: SVGElement[] = [];
  const step = stepOf(span, (width - LABELS) / 70);
  for (let at = 0; at < span; at += step) {
    drawn.push(svg("line", { class: "tick", x1: x(at), x2: x(at), y1: TOP - 6, y2: height }));
    drawn.push(svg("text", { class: "hour", x: x(at) + 3, y: TOP - 10 }, clockAt(at)));
  }
  for (const [index, lane] of lanes.entries()) drawn.push(...laneOf(lane, TOP + index * HEIGHT));
  drawn.push(svg("line", { class: "now", x1: x(world.now), x2: x(world.now), y1: TOP - 8, y2: height }));
  place.replaceChildren(...drawn);

  function laneOf({ tab, stretches, marks }: Lane, y: number): SVGElement[] {
    const parts = [svg("text", { class: "name", x: 0, y: y + 25 }, tab.name)];
    for (const [i, { from, kind, detail, offline }] of stretches.entries()) {
      const to = stretches[i + 1]?.from ?? world.now;
      const wide = Math.max(1, x(to) - x(from));
      const shape = { x: x(from), y: y + 8, width: wide, height: 26 };
      parts.push(
        svg("rect", { ...shape, rx: Math.min(3, wide / 2), class: `stretch ${CLASSES[kind] ?? kind}` }),
      );
      if (offline) parts.push(svg("rect", { ...shape, height: 4, class: "offline" }));
      const words = detail && kind === "ended" ? [`${kind}: ${detail}`, kind] : [kind];
      const word = words.find((it) => wide > it.length * 7 + 8);
      const look = `word on-${CLASSES[kind] ?? kind}`;
      if (word) parts.push(svg("text", { class: look, x: x(from) + 5, y: y + 26 }, word));
    }
    // Marks of a kind that would lie on one another are one.
    const last: Record<string, number> = {};
    for (const { at, kind } of marks) {
      const here = x(at);
      if (here - (last[kind] ?? -10) < 7) continue;
      last[kind] = here;
      parts.push(svg("text", { class: `mark ${kind}`, x: here, y: y + ROWS[kind] }, SIGNS[kind]));
    }
    return parts;
  }
}
