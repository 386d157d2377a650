import { h, say } from "../element/dom.js";
import type { World } from "../testing/index.js";
import { nextDue } from "./deadlines.js";
import type { Part } from "./head.js";
import { lasting } from "./time.js";
import type { View } from "./view.js";

/** A simulated clock: a `World` of `sojourn/testing` is one. */
export type SimulatedTime = Pick<World, "now" | "advance" | "step">;

/** Lets the time of a simulated world pass. It passes in the present, whatever moment is looked at. */
export function createTravel(world: SimulatedTime, moved: () => void): Part {
  const time = h("output", {});
  const trouble = h("p", { role: "status", class: "trouble" });
  let view: View | undefined;
  let moving = false;

  const due = () => view && nextDue(view.state, view.policy, view.now);

  /** One at a time; whoever else moves the world is told of. */
  async function move(go: () => Promise<unknown>) {
    if (moving) return;
    moving = true;
    try {
      await go();
      say(trouble, "");
    } catch (error) {
      say(trouble, (error as Error).message);
    } finally {
      moving = false;
      moved();
    }
  }
  function button(name: string, title: string, go: () => Promise<unknown>) {
    const it = h("button", { type: "button", title });
    say(it, name);
    it.addEventListener("click", () => void move(go));
    return it;
  }

  const next = button("Next deadline", "Until the next deadline", async () => {
    const to = due();
    if (view && to) await world.advance(Math.ceil(to.at - view.now));
  });
  const nextName = h("span", { class: "note" });
  const element = h(
    "div",
    { class: "travel", role: "group", "aria-label": "Simulated time" },
    time,
    button("Step", "The next event of the world", () => world.step()),
    button("+1 s", "A second", () => world.advance(1000)),
    button("+1 min", "A minute", () => world.advance(60_000)),
    button("+15 min", "A quarter of an hour", () => world.advance(15 * 60_000)),
    next,
    nextName,
    trouble,
  );
  return {
    element,
    show(present) {
      view = present;
      say(time, `${lasting(world.now)} simulated`);
      const to = due();
      next.disabled = !to;
      say(nextName, to && view ? `${to.name}, in ${lasting(to.at - view.now)}` : "");
    },
  };
}
