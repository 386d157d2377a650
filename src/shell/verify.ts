import { alive } from "../core/alive.js";
import { confirmed } from "../core/commit.js";
import { nearest } from "../core/idle.js";
import { type Context, isRejection } from "./context.js";
import type { Restore } from "./restore.js";

/** A session past its limit is not shown longer than this, whoever does not answer. */
const PATIENCE = 800;

/**
 * The last look before a limit ends the session: another tab may have written activity, and the server may know of
 * activity elsewhere, or that a clock here is wrong. No answer is an answer: it ends (fail closed). Resolves with `true`
 * where the page was suspended meanwhile, which is none: it looks again when it is back.
 */
export async function verify<User>(cx: Context<User>, { own }: Pick<Restore<User>, "own">): Promise<boolean> {
  const { kernel, store, settings, platform } = cx;
  const overdue = () => cx.live() && kernel.moment().now >= nearest(kernel.state(), settings.policy).at;
  const look = async () => {
    // It may be of a sign-in that this tab has not heard of.
    cx.adopt(await cx.seek(true));
    const before = kernel.state().record;
    if (!overdue() || !before || !settings.policy.canPeek) return;
    const same = () => cx.goesOn(before.epoch);
    try {
      const told = await cx.ask("peek", { signal: cx.signal() });
      if (!told || !(await own(told, before)) || !same()) return;
      const facts = alive(kernel.state(), told, told.now, settings.policy);
      kernel.dispatch({ type: "alive", facts });
      if (!overdue()) await store.commit((r) => confirmed(r, before, told.wall, told, false));
    } catch (error) {
      if (same() && isRejection(error) && error.reason !== "rejected")
        kernel.dispatch({ type: "end", reason: error.reason ?? "rejected", origin: "server" });
    }
  };
  await new Promise<void>((resolve) => {
    const cancel = platform.clock.timer(PATIENCE, resolve);
    cx.exclusive(look, { patience: PATIENCE / 2, signal: cx.signal() })
      // A refresh may hold the lock: look without it then.
      .then((held) => (typeof held === "symbol" ? look() : undefined))
      .catch(() => {})
      .finally(() => {
        cancel();
        resolve();
      });
  });
  return cx.signal().aborted;
}
