import { active, confirmed, type Failure } from "../core/commit.js";
import { idleTimeout, writeEvery } from "../core/idle.js";
import { NEVER } from "../core/time.js";
import { SessionError } from "../errors.js";
import type { Told } from "../server/ask.js";
import { type Context, commit, cool, endedError, isRejection } from "./context.js";
import type { Restore } from "./restore.js";

export interface KeepAlive {
  /** Writes this tab's activity for the others, and tells the server if it is this tab's turn. */
  write(): Promise<void>;
  /** "Stay signed in": resolves when the server has agreed. */
  extend(): Promise<void>;
}

export function createKeepAlive<User>(cx: Context<User>, { own }: Pick<Restore<User>, "own">): KeepAlive {
  const { kernel, settings } = cx;
  const { policy } = settings;

  /**
   * What this tab knows of its activity in a session, for the transaction that judges it: that may run long after it was
   * asked for, on a clock that was set meanwhile.
   */
  const facts = (epoch: number | undefined, touchEvery: number, at = kernel.state().activityAt) => {
    const { now, wall } = kernel.moment();
    const state = kernel.state();
    return {
      epoch,
      wall,
      age: now - at,
      seen: state.record ?? { activityAt: 0, touchedAt: 0 },
      activityAge: now - state.seenAt,
      touchAge: now - state.touchedAt,
      idleTimeout: idleTimeout(state, policy),
      touchEvery,
    };
  };

  async function touch(claim?: Failure["claim"]): Promise<void> {
    const at = kernel.state().record;
    if (!at) return;
    let told: Told<User> | null;
    try {
      told = await cx.ask("touch", { signal: cx.signal() });
    } catch (error) {
      if (isRejection(error)) {
        // It counts for the session that it was said of.
        if (cx.goesOn(at.epoch))
          kernel.dispatch({ type: "end", reason: error.reason ?? "rejected", origin: "server" });
      } else if (cx.live()) {
        // The claim is given back, so that a tab tells the server later.
        await cool(cx, (error as SessionError).retryAfter, { claim });
      }
      throw error;
    }
    if (told && !(await own(told, at))) throw endedError("replaced");
    const { wall } = told ?? kernel.moment();
    await commit(cx, (r) => confirmed(r, at, wall, told ?? {}, true));
  }

  return {
    async write() {
      const state = kernel.state();
      const { now: began } = kernel.moment();
      const every = policy.canTouch ? writeEvery(state, policy) : NEVER;
      let claim: Failure["claim"];
      await commit(cx, (r) => {
        const known = facts(state.record?.epoch, every);
        const next = active(r, known);
        claim = undefined;
        if (next?.live && r && next.touchedAt !== r.touchedAt)
          // A stamp from before the clock was set back would look younger than it is.
          claim = { at: next.touchedAt, before: Math.min(r.touchedAt, known.wall - known.touchAge) };
        return next;
      });
      if (!claim) return;
      // A page that stood still meanwhile, and was not told, does not know what others have done.
      if (kernel.moment().now - began > 1000) await cx.look();
      await cx.awake();
      // Not what another tab has told since, nor past a limit, which a sleep may have brought meanwhile: the server would
      // take it for activity of now.
      const { record, busy } = kernel.state();
      if (record?.touchedAt === claim.at && !busy.verify) await touch(claim);
    },

    async extend() {
      const state = kernel.state();
      if (!cx.live()) throw endedError(state.reason);
      if (state.limit === "absolute" && state.status === "warning")
        throw new SessionError("ERR_NOT_EXTENDABLE", "The absolute limit cannot be extended.");
      const { now: clicked } = kernel.moment();
      // Asked first, moved after: the deadline moves only if the server agrees.
      if (cx.convention.touch) await touch();
      await commit(cx, (r) => active(r, facts(state.record?.epoch, 0, clicked)));
      if (!cx.live()) throw endedError(kernel.state().reason);
    },
  };
}
