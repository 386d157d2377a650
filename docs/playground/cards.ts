import type { Day, Lane } from "./day.js";

function h<K extends keyof HTMLElementTagNameMap>(
  name: K,
  properties: Partial<HTMLElementTagNameMap[K]>,
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

/** What a tab shows, as a sentence. */
function sentence({ tab }: Lane): string {
  const { session, life } = tab;
  if (life !== "running") return life;
  const state = session.getState();
  const left = session.timeLeft();
  const time = `${Math.floor(left / 60_000)}:${`${Math.floor((left % 60_000) / 1000)}`.padStart(2, "0")}`;
  const more = state.connection === "retrying" ? ", the server cannot be reached" : "";
  if (state.status === "ended") return `ended: ${state.reason}, by ${state.origin.replace("-", " ")}${more}`;
  if (state.status === "warning") return `warning: ${state.limit} limit in ${time}${more}`;
  if (state.status === "active") return `active, ${time} left${more}`;
  return `${state.status.replace("-", " ")}${more}`;
}

/** The card of a tab: what it shows, and what can be done to it. Returns the card and what brings it up to date. */
export function createCard(day: Day, lane: Lane): [card: HTMLElement, update: () => void] {
  const { tab, devtools } = lane;
  const state = h("p", { className: "state" });
  const buttons: [HTMLButtonElement, () => void][] = [];
  /** A button that says what it would do now, or that it would do nothing. */
  const button = (label: () => string, can: () => boolean, deed: () => unknown) => {
    const it = h("button", { type: "button" });
    const update = () => {
      it.textContent = label();
      it.disabled = !can();
    };
    it.onclick = () => void day.act(`${tab.name}: ${label().toLowerCase()}`, deed);
    buttons.push([it, update]);
    return it;
  };
  const gone = () => tab.life === "crashed" || tab.life === "closed";
  const runs = () => tab.life === "running";
  const live = () => runs() && ["active", "warning"].includes(tab.session.getState().status);

  const works = h("input", { type: "checkbox" });
  works.onchange = () => {
    lane.working = works.checked;
  };
  const inside = h("details", {}, h("summary", {}, "Inside"));
  const panel = h("div", { className: "panel" });
  inside.append(panel);
  inside.ontoggle = () => (inside.open ? devtools.render(panel) : devtools.destroy());

  const card = h(
    "article",
    { className: "card" },
    h("h3", {}, tab.name),
    state,
    h("label", {}, works, " somebody works here"),
    h(
      "div",
      { className: "deeds" },
      button(
        () => "Sign in as Ada",
        runs,
        () => tab.signIn("ada"),
      ),
      button(
        () => "Sign in as Bob",
        runs,
        () => tab.signIn("bob"),
      ),
      button(
        () => "Sign out",
        live,
        () => tab.session.logout(),
      ),
      button(
        () => "Stay signed in",
        live,
        () => tab.session.extend(),
      ),
      button(
        () => "Move the mouse",
        runs,
        () => {
          tab.activity();
          lane.marks.push({ at: day.world.now, kind: "activity" });
        },
      ),
      button(
        () => "Send a request",
        live,
        () => tab.session.fetch("/api/notes"),
      ),
      button(
        () => (tab.offline ? "Online" : "Offline"),
        () => !gone(),
        () => tab.setOffline(!tab.offline),
      ),
      button(
        () => (tab.visible ? "To the background" : "To the front"),
        runs,
        () => (tab.visible ? tab.hide() : tab.show()),
      ),
      button(
        () => (tab.life === "frozen" ? "Let it run" : "Freeze"),
        () => !gone(),
        () => (tab.life === "frozen" ? tab.resume() : tab.freeze()),
      ),
      button(
        () => "Crash",
        () => !gone(),
        () => tab.crash(),
      ),
      button(
        () => "Close",
        () => !gone(),
        () => tab.close(),
      ),
    ),
    inside,
  );

  return [
    card,
    () => {
      state.textContent = sentence(lane);
      card.dataset.kind = lane.stretches.at(-1)?.kind ?? "";
      works.checked = lane.working;
      works.disabled = gone();
      for (const [, update] of buttons) update();
    },
  ];
}
