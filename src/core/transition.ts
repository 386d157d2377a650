import type { Effect } from "./effect.js";
import { end } from "./end.js";
import { deadlines, idleTimeout, nearest, warned, writeDueAt, writeEvery } from "./idle.js";
import type { Input } from "./input.js";
import { LAST_CALL, type Policy } from "./policy.js";
import { probeDueAt, refreshDueAt } from "./refresh.js";
import { type EndReason, isLive, type Origin, type State, type Task } from "./state.js";
import { adopt, awaited, endsHere } from "./sync.js";
import { NEVER } from "./time.js";

/**
 * Every decision of the session: what is known, what happened, what was configured; out come what is known now
 * and what the shell is to do. No clock, no DOM, no promise: the same three arguments always decide the same.
 */
export function transition(state: State, input: Input, policy: Policy): [State, Effect[]] {
  const [next, effects] = take(state, input, policy);
  const [judged, more] = judge(next, input.now, policy);
  return [judged, [...effects, ...more]];
}

/** What the input itself changes. */
function take(state: State, input: Input, policy: Policy): [State, Effect[]] {
  switch (input.type) {
    case "activity":
      return [act(state, input.at, policy), []];
    case "record":
      return adopt(state, input.record, input, input.origin, input.random);
    case "message":
      if (!endsHere(state, input.message))
        return [state, awaited(state, input.message) ? [] : [{ type: "look" }]];
      // The tab that ended it writes the record. It may die before it does: look later, and write it then.
      return end(
        { ...state, lookAt: input.now + 1000 },
        input.message.epoch - 1,
        input.message.reason,
        "other-tab",
      );
    case "end":
      return finish(state, input.reason, input.origin);
    case "nobody":
      return state.status === "unknown" ? [{ ...state, status: "signed-out" }, []] : [state, []];
    case "alive":
      return [{ ...state, ...input.facts }, []];
    case "visible":
      return [{ ...state, visible: input.visible }, []];
    case "online": {
      // Not sooner than the server asked for, and not all tabs at once.
      const retryAt = state.record?.asked
        ? state.retryAt
        : Math.min(state.retryAt, input.now + input.random * 1000);
      return [{ ...state, retryAt }, []];
    }
    case "hold":
      return [{ ...lasting(state, input.now, policy), holdUntil: input.until }, []];
    case "settled": {
      const settled = { ...state, busy: { ...state.busy, [input.task]: false } };
      // A look at a limit that brought no word of life: it has passed.
      if (input.task === "write") return [settled, []];
      if (input.task !== "verify") return [calm(settled, input.now, policy), []];
      const deadline = nearest(settled, policy);
      return input.now >= deadline.at ? finish(settled, deadline.limit, "this-tab") : [settled, []];
    }
    default:
      return [state, []];
  }
}

/** Counts activity, unless it came too late: an activity after the deadline revives nothing. */
function credit(state: State, at: number, policy: Policy): State {
  return at > state.activityAt && at - state.activityAt < idleTimeout(state, policy)
    ? { ...state, activityAt: at, mine: true, unwritten: true }
    : state;
}

/** A hold is activity for as long as it lasts, and never beyond. */
function lasting(state: State, now: number, policy: Policy): State {
  return credit(state, Math.min(now, state.holdUntil), policy);
}

/** A task of which nothing came is not asked for again at once. */
function calm(state: State, now: number, policy: Policy): State {
  return now >= Math.min(refreshDueAt(state, policy), probeDueAt(state, policy))
    ? { ...state, retryAt: now + 1000 }
    : state;
}

/** While the idle warning is open a stray movement is not enough: the user is asked, the user answers. */
function act(state: State, at: number, policy: Policy): State {
  const asked = state.status === "warning" && state.limit === "idle";
  return isLive(state) && !asked ? credit(state, at, policy) : state;
}

/** This tab ends the session, and puts that on record. */
function finish(state: State, reason: EndReason, origin: Origin): [State, Effect[]] {
  return isLive(state) && state.record ? end(state, state.record.epoch, reason, origin, true) : [state, []];
}

/** Looks at every deadline. */
function judge(before: State, now: number, policy: Policy): [State, Effect[]] {
  if (!isLive(before))
    return now >= before.lookAt ? [{ ...before, lookAt: NEVER }, [{ type: "look" }]] : [before, []];
  const effects: Effect[] = [];
  let state = before;
  const start = (task: Task) => {
    state = { ...state, busy: { ...state.busy, [task]: true } };
    effects.push({ type: "task", task });
  };

  state = lasting(state, now, policy);

  const last = nearest(state, policy);
  if (now >= last.at) {
    // Past a limit nothing else matters: one more look at the record and the server, then it ends.
    if (!state.busy.verify) start("verify");
    return [state, effects];
  }

  if (!state.announced) {
    state = { ...state, announced: true };
    effects.push({ type: "emit", event: "started", detail: { origin: state.origin } });
  }

  const due = warned(state, policy, now);
  if (due) {
    if (state.status !== "warning" || state.limit !== due.limit) {
      const { limit, at: deadlineAt } = due;
      state = { ...state, status: "warning", limit };
      effects.push({
        type: "emit",
        event: "warning",
        detail: { limit, deadlineAt, extendable: limit === "idle" },
      });
    }
    if (now >= due.at - LAST_CALL && state.called !== due.at) {
      state = { ...state, called: due.at };
      effects.push({ type: "last-call", reason: due.limit });
    }
  } else if (state.status === "warning") {
    effects.push({ type: "emit", event: "extended", detail: { limit: state.limit } });
    state = { ...state, status: "active" };
  }

  if (now >= writeDueAt(state, policy)) {
    state = { ...state, unwritten: false, writtenAt: now };
    start("write");
  }
  if (now >= refreshDueAt(state, policy)) start("refresh");
  else if (now >= probeDueAt(state, policy)) start("peek");
  return [state, effects];
}

const GLANCE = 60_000;

/** The next instant at which something is due: the one timer of a tab points at it. */
export function dueAt(state: State, policy: Policy, now: number): number {
  if (!isLive(state)) return state.lookAt;
  let next = NEVER;
  const soonest = (...instants: number[]) => {
    for (const at of instants) if (at > now) next = Math.min(next, at);
  };
  if (state.holdUntil > now) soonest(now + writeEvery(state, policy));
  // While a limit is being verified there is nothing to wait for but the answer.
  if (!state.busy.verify) {
    for (const { at, warning } of deadlines(state, policy)) soonest(at - warning, at - LAST_CALL, at);
    soonest(writeDueAt(state, policy), refreshDueAt(state, policy), probeDueAt(state, policy));
  }
  // A timer can stand still while the machine sleeps, and nothing tells a page on the screen that it is awake again.
  const glance = state.visible ? now + GLANCE : NEVER;
  return next < NEVER ? Math.min(next, glance) : NEVER;
}
