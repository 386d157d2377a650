import type { Effect } from "../core/effect.js";
import type { Input } from "../core/input.js";
import type { Policy } from "../core/policy.js";
import { initialState, isLive, type State } from "../core/state.js";
import { correctLead, type Moment, NEVER, NO_LEAD } from "../core/time.js";
import { dueAt, transition } from "../core/transition.js";
import type { Clock } from "../platform/platform.js";

type Bare<T> = T extends Moment ? Omit<T, keyof Moment> : never;

/** Holds the state, feeds the core, keeps the one timer. */
export interface Kernel {
  state(): State;
  /** The same, with what the user has just done: it is taken in at the next decision. */
  latest(): State;
  moment(): Moment;
  dispatch(input: Bare<Input>): void;
  /** The user did something. Called for every DOM event: it stores a number and is done. */
  active(): void;
  stop(): void;
  /** Hears of every input that was decided on, in order: enough to decide everything again (`sojourn/devtools`). */
  tap?: ((input: Input) => void) | undefined;
}

export function createKernel(
  clock: Clock,
  policy: Policy,
  perform: (effect: Effect) => void,
  settled: () => void,
): Kernel {
  let state = initialState;
  let lead = NO_LEAD;
  let lastActivity = 0;
  let due = NEVER;
  let cancel = () => {};
  let running = false;
  let stopped = false;
  const queue: Input[] = [];

  const moment = (): Moment => {
    const { ms } = lead;
    const mono = clock.mono();
    const wall = clock.wall();
    lead = correctLead(lead, wall, mono);
    // The timer was set by a clock that has stood still since: it would come too late.
    if (lead.ms > ms) due = 0;
    return { now: mono + lead.ms, wall };
  };

  const noted = (moment: Moment): Input => ({ ...moment, type: "activity", at: lastActivity });

  function step(input: Input) {
    const [next, effects] = transition(state, input, policy);
    state = next;
    kernel.tap?.(input);
    for (const effect of effects) perform(effect);
  }

  function dispatch(bare: Bare<Input>) {
    if (stopped) return;
    queue.push({ ...bare, ...moment() } as Input);
    if (running) return;
    running = true;
    for (let input = queue.shift(); input; input = queue.shift()) {
      // What the user did since the last decision. It happened before anything was due.
      if (lastActivity) step(noted(input));
      lastActivity = 0;
      step(input);
    }
    running = false;
    arm();
    settled();
  }

  /** A timer only wakes this tab up to look at its deadlines. */
  function arm() {
    const at = moment().now;
    const next = stopped ? NEVER : dueAt(state, policy, at);
    if (next === due) return;
    due = next;
    cancel();
    if (due < NEVER)
      cancel = clock.timer(Math.ceil(due - at), () => {
        due = NEVER;
        dispatch({ type: "tick" });
      });
  }

  const kernel: Kernel = {
    state: () => state,
    latest: () => (lastActivity ? transition(state, noted(moment()), policy)[0] : state),
    moment,
    dispatch,
    active() {
      if (!isLive(state)) return;
      const at = moment().now;
      // Deadlines come before the event that woke this tab: it may be too late to count.
      if (at >= due) dispatch({ type: "tick" });
      if (state.unwritten) lastActivity = at;
      else dispatch({ type: "activity", at });
    },
    stop() {
      stopped = true;
      arm();
    },
  };
  return kernel;
}
