import { makeTrouble, readTrouble } from "../app/demo-server.js";
import { type Limits, loadLimits } from "../app/limits.js";
import { bookCover } from "./book-cover.js";
import { h } from "./h.js";

const PATIENCE = 4000;

/** Resolves with the limits as soon as the server tells them. Until then there is no session, and a page that says so. */
export function reachServer(place: HTMLElement): Promise<Limits> {
  return new Promise((resolve) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let page: HTMLElement | undefined;
    async function attempt() {
      clearTimeout(timer);
      try {
        const limits = await loadLimits();
        page?.remove();
        resolve(limits);
      } catch {
        page ??= await unreachable(attempt);
        place.append(page);
        timer = setTimeout(attempt, PATIENCE);
      }
    }
    void attempt();
  });
}

async function unreachable(attempt: () => Promise<void>): Promise<HTMLElement> {
  const byOrder = (await readTrouble())?.down === true;
  const repair = async () => {
    await makeTrouble({ down: false });
    await attempt();
  };
  return h(
    "main",
    { class: "stage" },
    bookCover(
      h("h1", {}, "Handover cannot be reached"),
      h(
        "p",
        { class: "lead", role: "status" },
        byOrder
          ? "The demo server was told to play dead. Bring it back to go on."
          : "The server does not answer. This page tries again by itself.",
      ),
      h(
        "p",
        { class: "actions" },
        byOrder
          ? h("button", { type: "button", class: "button primary", onclick: repair }, "Bring the server back")
          : h("button", { type: "button", class: "button primary", onclick: attempt }, "Try now"),
      ),
    ),
  );
}
