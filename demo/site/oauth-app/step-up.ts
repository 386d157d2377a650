import type { StepUp } from "sojourn";
import type { CodeExchange } from "sojourn/presets";
import type { HandoverSession } from "../app/session.js";
import { h, say } from "../shell/h.js";
import { button } from "./button.js";

type SignInAgain = (asked: StepUp, signal: AbortSignal) => Promise<CodeExchange | undefined>;

/** Asks the user to sign in again for as long as anybody waits for it: in another window, for here the work goes on. */
export function askAgain(body: HTMLElement, session: HandoverSession, signInAgain: SignInAgain): void {
  const asked = new Set<StepUp>();
  let tries = new AbortController();
  const problem = h("p", { role: "alert" });
  const cancel = () => {
    for (const it of asked) it.cancel();
  };
  const dialog = h(
    "dialog",
    { class: "modal", "aria-label": "Is it still you?", oncancel: cancel },
    h("p", {}, "Sign in again to go on. Nothing here is lost."),
    problem,
    h(
      "p",
      { class: "actions" },
      button("Sign in again", () => void answer(), "primary"),
      button("Cancel", cancel),
    ),
  );
  body.append(dialog);

  async function answer() {
    tries.abort();
    tries = new AbortController();
    const { signal } = tries;
    const [first] = asked;
    if (!first) return;
    try {
      const exchange = await signInAgain(first, signal);
      if (exchange) await session.start({ exchange });
      else if (!signal.aborted) say(problem, "The server could not do that.");
    } catch {
      say(problem, "The sign-in did not succeed.");
    }
  }

  session.on("stepUp", async (it) => {
    asked.add(it);
    say(problem, "");
    if (!dialog.open) dialog.showModal();
    await it.done;
    asked.delete(it);
    if (asked.size > 0) return;
    tries.abort();
    dialog.close();
  });
}
