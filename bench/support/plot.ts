/** A line of a plot: a name, and `[x, y]` in the order of x. */
export interface Line {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

const WIDTH = 720;
const HEIGHT = 360;
const LEFT = 64;
const RIGHT = 190;
const TOP = 40;
const BOTTOM = 48;
/** Told apart by people who see colours differently (Okabe and Ito), and by their dashes. */
const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#666666", "#e69f00", "#56b4e9", "#000000"];
const DASHES = ["", "6 3", "2 2", "8 3 2 3", "1 3", "", "6 3", "2 2"];

const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

/** Lines over a number of tabs, both on logarithmic scales: an SVG that needs nothing and says what it shows. */
export function plotLines(title: string, [xName, yName]: [string, string], given: readonly Line[]): string {
  // What never happened has no place on a scale.
  const lines = given.map(({ name, points }) => ({
    name,
    points: points.filter(([, y]) => Number.isFinite(y)),
  }));
  const all = lines.flatMap(({ points }) => points);
  const xs = [...new Set(all.map(([x]) => x))].sort((a, b) => a - b);
  const [least, most] = [Math.min(...all.map(([, y]) => y)), Math.max(...all.map(([, y]) => y))];
  const bottom = 10 ** Math.floor(Math.log10(Math.max(least, 0.01)));
  const top = 10 ** Math.ceil(Math.log10(Math.max(most, bottom * 10)));
  const part = (value: number, from: number, to: number) =>
    (Math.log(Math.max(value, from)) - Math.log(from)) / (Math.log(to) - Math.log(from) || 1);
  const x = (value: number) => LEFT + part(value, xs[0], xs.at(-1) ?? 1) * (WIDTH - LEFT - RIGHT);
  const y = (value: number) => HEIGHT - BOTTOM - part(value, bottom, top) * (HEIGHT - TOP - BOTTOM);
  const at = (value: number) => value.toFixed(1);

  const grid: string[] = [];
  for (let value = bottom; value <= top * 1.001; value *= 10)
    grid.push(
      `<path class="grid" d="M${LEFT} ${at(y(value))}H${WIDTH - RIGHT}"/>`,
      `<text x="${LEFT - 8}" y="${at(y(value) + 4)}" text-anchor="end">${Number(value.toPrecision(1))}</text>`,
    );
  for (const value of xs)
    grid.push(`<text x="${at(x(value))}" y="${HEIGHT - BOTTOM + 20}" text-anchor="middle">${value}</text>`);

  // Names at the right end, pushed apart where lines end close together.
  const ends = lines
    .filter(({ points }) => points.length > 0)
    .map((line, index) => ({ line, index, at: y(line.points.at(-1)?.[1] ?? bottom) }))
    .sort((a, b) => a.at - b.at);
  for (const [i, end] of ends.entries()) if (i > 0) end.at = Math.max(end.at, ends[i - 1].at + 16);
  const over = Math.max(0, (ends.at(-1)?.at ?? 0) - (HEIGHT - BOTTOM));
  const drawn = ends.map(({ line, index, at: place }) => {
    const colour = COLOURS[index % COLOURS.length];
    const d = line.points.map(([px, py], i) => `${i ? "L" : "M"}${at(x(px))} ${at(y(py))}`).join("");
    return [
      `<path fill="none" stroke="${colour}" stroke-width="2" stroke-dasharray="${DASHES[index % DASHES.length]}" d="${d}"/>`,
      `<text x="${WIDTH - RIGHT + 10}" y="${at(place - over + 4)}" fill="${colour}">${escaped(line.name)}</text>`,
    ].join("");
  });

  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escaped(title)}" font-family="system-ui, sans-serif" font-size="12">
<style>text:not([fill]){fill:#333}.grid{stroke:#ddd}</style>
<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>
<text x="${LEFT}" y="20" font-size="14" font-weight="600">${escaped(title)}</text>
${grid.join("\n")}
<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 10}" text-anchor="middle">${escaped(xName)}</text>
<text transform="translate(14 ${HEIGHT / 2}) rotate(-90)" text-anchor="middle">${escaped(yName)}</text>
${drawn.join("\n")}
</svg>
`;
}

/** Bars, one below the other, each with its value. */
export function plotBars(title: string, unit: string, bars: readonly (readonly [string, number])[]): string {
  const left = 250;
  const row = 22;
  const height = TOP + bars.length * row + 12;
  const most = Math.max(...bars.map(([, value]) => value));
  const drawn = bars.map(([name, value], i) => {
    const y = TOP + i * row;
    const width = Math.max(1, (value / most) * (WIDTH - left - 90));
    const fill = name.startsWith("sojourn") ? COLOURS[0] : "#999";
    return [
      `<text x="${left - 8}" y="${y + 14}" text-anchor="end">${escaped(name)}</text>`,
      `<rect x="${left}" y="${y + 3}" width="${width.toFixed(1)}" height="${row - 7}" fill="${fill}"/>`,
      `<text x="${(left + width + 6).toFixed(1)}" y="${y + 14}">${value} ${escaped(unit)}</text>`,
    ].join("");
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escaped(title)}" font-family="system-ui, sans-serif" font-size="12">
<style>text{fill:#333}</style>
<rect width="${WIDTH}" height="${height}" fill="#fff"/>
<text x="12" y="20" font-size="14" font-weight="600">${escaped(title)}</text>
${drawn.join("\n")}
</svg>
`;
}
