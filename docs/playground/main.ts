import { createCard } from "./cards.js";
import { clockAt, createDay, type Day, type Lane, MINUTE } from "./day.js";
import { drawLanes } from "./lanes.js";
import { wholeDay } from "./whole-day.js";

/** As the pages of the documentation have it, where they could write it down. */
function chosenTheme(): string | null {
  try {
    return localStorage.getItem("tsd-theme");
  } catch {
    return null;
  }
}
document.documentElement.dataset.theme = chosenTheme() ?? "os";

function at<T extends Element = HTMLButtonElement>(id: string): T {
  const element = document.getElementById(id);
  if (!element) throw new Error(`There is no #${id}.`);
  return element as unknown as T;
}
const [play, server, told] = [at("play"), at("server"), at("told")];
const [speed, idle] = [at<HTMLSelectElement>("speed"), at<HTMLSelectElement>("idle")];
const log = at<HTMLOListElement>("log");

let day!: Day;
let cards: Map<Lane, () => void>;
let shown: number;
let due = false;
/** What is still to come of the day that is played by itself. */
let script: ReturnType<typeof wholeDay> = [];
let playing = false;

/** Once a frame, whatever has happened in it. */
function changed() {
  if (due) return;
  due = true;
  requestAnimationFrame(() => {
    due = false;
    draw();
  });
}

function draw() {
  const { world, lanes, said } = day;
  at<HTMLOutputElement>("clock").textContent = clockAt(world.now, true);
  for (const lane of lanes)
    if (!cards.has(lane)) {
      const [card, update] = createCard(day, lane);
      at<HTMLElement>("tabs").append(card);
      cards.set(lane, update);
    }
  for (const update of cards.values()) update();
  drawLanes(at<SVGSVGElement>("lanes"), day);

  for (const { at: when, text } of said.slice(shown)) {
    const line = document.createElement("li");
    const time = document.createElement("time");
    time.textContent = clockAt(when, true);
    line.append(time, ` ${text}`);
    log.prepend(line);
    if (log.childElementCount > 100) log.lastElementChild?.remove();
  }
  shown = said.length;
  told.textContent = said.at(-1)?.text ?? "";

  const { refreshes, reuses, touches, peeks, signIns, signOuts } = world.server.metrics;
  const counts = {
    refreshes,
    "taken for theft": reuses,
    touches,
    reads: peeks,
    "sign-ins": signIns,
    "sign-outs": signOuts,
  };
  at<HTMLElement>("counts").replaceChildren(
    ...Object.entries(counts).flatMap(([name, count]) => {
      const pair = document.createElement("div");
      const [term, value] = [document.createElement("dt"), document.createElement("dd")];
      term.textContent = name;
      value.textContent = `${count}`;
      pair.append(term, value);
      return pair;
    }),
  );
}

function begin() {
  stop();
  script = [];
  cards = new Map();
  shown = 0;
  at<HTMLElement>("tabs").replaceChildren();
  log.replaceChildren();
  server.setAttribute("aria-pressed", "false");
  day = createDay(Number(idle.value) * MINUTE, changed);
  draw();
}

function stop() {
  playing = false;
  play.setAttribute("aria-pressed", "false");
}

/** Lets time pass as fast as was chosen, and does what the script says on the way. */
async function run() {
  playing = true;
  play.setAttribute("aria-pressed", "true");
  const mine = day;
  for (let last = performance.now(); playing && day === mine; ) {
    await new Promise(requestAnimationFrame);
    const now = performance.now();
    const target = day.world.now + Math.min(100, now - last) * (Number(speed.value) / 1000);
    last = now;
    for (let [next, ...rest] = script; next && next[0] * MINUTE <= target; [next, ...rest] = script) {
      script = rest;
      if (next[0] * MINUTE > day.world.now) await day.advance(next[0] * MINUTE - day.world.now);
      await next[1]();
      if (script.length === 0) stop();
    }
    if (playing && target > day.world.now) await day.advance(target - day.world.now);
  }
}

play.onclick = () => (playing ? stop() : void run());
at("day").onclick = () => {
  begin();
  speed.value = "1800000";
  script = wholeDay(day);
  void run();
};
at("open").onclick = () => void day.act("A tab is opened", () => void day.open());
at("sleep").onclick = () => void day.sleep(30 * MINUTE);
at("revoke").onclick = () =>
  void day.act("The session is ended at the server", () => day.world.server.revoke());
at("again").onclick = begin;
idle.onchange = begin;
server.onclick = () => {
  const down = server.getAttribute("aria-pressed") !== "true";
  server.setAttribute("aria-pressed", `${down}`);
  void day.act(down ? "The server is down" : "The server is back", () => {
    day.world.network.trouble = down ? () => ({ answer: { status: 503 } }) : undefined;
  });
};
for (const button of document.querySelectorAll<HTMLButtonElement>("[data-pass]"))
  button.onclick = () => {
    const { pass } = button.dataset;
    void (pass === "next" ? day.untilNext() : day.advance(Number(pass)));
  };
addEventListener("resize", changed);

begin();
void day.act("A tab is opened", () => void day.open());
