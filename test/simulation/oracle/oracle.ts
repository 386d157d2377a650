import type { SharedRecord } from "../../../src/core/record.js";
import type { SessionState } from "../../../src/session-state.js";
import type { PostedMessage } from "../../../src/testing/channel.js";
import type { Machine } from "../../../src/testing/machine.js";
import type { LoggedRequest } from "../../../src/testing/network.js";
import type { FakeUser } from "../../../src/testing/server.js";
import type { WorkerMessage } from "../../../src/testing/worker.js";
import type { Fault, FaultKind } from "../faults.js";
import type { Action, ActionName, Setting } from "../schedule.js";
import type { Call, Seat } from "../seat.js";

/** What was seen that must never be seen. */
export interface Violation {
  readonly invariant: string;
  readonly at: number;
  readonly text: string;
}

/** What an invariant can look at: the outside of things. */
export interface View {
  readonly setting: Setting;
  readonly machine: Machine;
  readonly seats: readonly Seat[];
  readonly calls: readonly Call[];
  now(): number;
  seat(name: string): Seat | undefined;
  /** How often faults of a kind have happened; when the last one did, or never. */
  lastFault(kind: FaultKind): number;
  lastAction(what: ActionName): number;
  /**
   * How far wall clocks were set forward, or back, between two instants of true time. A clock that is off in one tab
   * alone makes that tab's stamps wrong for good, in both directions.
   */
  setForward(from: number, to: number): number;
  setBack(from: number, to: number): number;
  /**
   * What a tab committed may be unknown to the others: a tab has gone on without the disk, which it says, or does not say
   * because it is destroyed; the disk has lied; somebody else wrote into it or cleared it, or made up what is in memory
   * only. A disk that was slow, failed or hung once is tried again, and is no excuse when a few seconds have passed.
   * `but`: that alone is none either.
   */
  broken(but?: ActionName): boolean;
  /** Nothing connects the tabs: no storage, and no channel that brings every message. Each has a session of its own. */
  islands(): boolean;
  /** For how long the machine slept. */
  slept(from: number, to: number): number;
  fail(invariant: string, text: string): void;
}

/** What an invariant may want to hear of. */
export interface Watch {
  sent?(request: LoggedRequest): void;
  /** The request ended for the tab that sent it. */
  done?(request: LoggedRequest): void;
  shown?(seat: Seat, before: SessionState<FakeUser>): void;
  event?(seat: Seat, name: string, detail: unknown): void;
  called?(call: Call): void;
  settled?(call: Call): void;
  posted?(message: PostedMessage): void;
  wrote?(seat: Seat, before: SharedRecord | undefined, after: SharedRecord | undefined): void;
  /** A value is written beside the record, in the same transaction. */
  keptBeside?(seat: Seat, name: string, value: unknown): void;
  /** The page itself sends a request, and not its worker. */
  pageSent?(seat: Seat, request: Request): void;
  /** A worker says something to a page. */
  toldByWorker?(message: WorkerMessage): void;
  /** Something secret that tokens are sealed with. */
  sealsWith?(secret: string): void;
  acted?(action: Action, seat: Seat | undefined): void;
  fault?(fault: Fault): void;
  /** After every event of the world. */
  stepped?(now: number): void;
  /** All faults are over, and everybody had the time to see that. */
  healed?(): void;
  /** Nothing was done and nothing went wrong for so long. */
  quiet?(from: number, to: number): void;
}

export type Invariant = (view: View) => Watch;

const LOST: readonly FaultKind[] = ["loseMessage", "lateMessage"];
const DISK_FAULTS: readonly FaultKind[] = ["diskHang", "diskError", "diskSlow"];
/** So long at most until a tab knows whether the disk works again. */
const DISK_PATIENCE = 10_000;
const DISK_ACTIONS: readonly ActionName[] = ["clearDisk", "badRecord", "forgedRecord"];
const NEVER = Number.NEGATIVE_INFINITY;

/** All invariants together: hears of everything once, and keeps the first violation. */
export function createOracle(invariants: readonly Invariant[], base: Omit<View, keyof Kept>) {
  const calls: Call[] = [];
  let violation: Violation | undefined;
  /** Why something committed may be lost for good; when the disk last failed. */
  const lost = new Set<string>();
  let diskFaultAt = NEVER;
  const faults = new Map<string, number>();
  const actions = new Map<string, number>();
  const steps: { at: number; tab: number; ms: number }[] = [];
  const sleeps: { from: number; to: number }[] = [];

  const sum = (from: number, to: number, sign: number) => {
    let total = 0;
    for (const { at, tab, ms } of steps)
      if (tab) total += Math.abs(ms);
      else if (at >= from && at <= to && ms * sign > 0) total += ms * sign;
    return total;
  };
  const view: View = Object.assign(base, {
    calls,
    lastFault: (kind: FaultKind) => faults.get(kind) ?? NEVER,
    lastAction: (what: ActionName) => actions.get(what) ?? NEVER,
    setForward: (from: number, to: number) => sum(from, to, 1),
    setBack: (from: number, to: number) => sum(from, to, -1),
    broken: (but?: ActionName) =>
      lost.size > (but && lost.has(but) ? 1 : 0) || base.now() - diskFaultAt < DISK_PATIENCE,
    islands: () =>
      base.setting.storage === "memory" &&
      (base.setting.channel === "missing" || LOST.some((kind) => faults.has(kind))),
    slept(from: number, to: number) {
      let total = 0;
      for (const sleep of sleeps) total += Math.max(0, Math.min(to, sleep.to) - Math.max(from, sleep.from));
      return total;
    },
    fail(invariant: string, text: string) {
      violation ??= { invariant, at: base.now(), text };
    },
  });
  const watches = invariants.map((invariant) => invariant(view));
  const hearing = <K extends keyof Watch>(name: K) =>
    watches.filter((watch) => watch[name]) as Required<Watch>[];
  const on = {
    sent: hearing("sent"),
    done: hearing("done"),
    shown: hearing("shown"),
    event: hearing("event"),
    called: hearing("called"),
    settled: hearing("settled"),
    posted: hearing("posted"),
    wrote: hearing("wrote"),
    keptBeside: hearing("keptBeside"),
    pageSent: hearing("pageSent"),
    toldByWorker: hearing("toldByWorker"),
    sealsWith: hearing("sealsWith"),
    acted: hearing("acted"),
    fault: hearing("fault"),
    stepped: hearing("stepped"),
    healed: hearing("healed"),
    quiet: hearing("quiet"),
  };

  const open = new Set<LoggedRequest>();
  let requests = 0;
  let messages = 0;
  let answers = 0;

  return {
    view,
    violation: () => violation,
    /** Looks at the logs: what is new in them is told. */
    look(now: number) {
      const { network, hub, workers } = base.machine;
      for (; answers < workers.log.length; answers++)
        for (const watch of on.toldByWorker) watch.toldByWorker(workers.log[answers] as WorkerMessage);
      for (; messages < hub.log.length; messages++)
        for (const watch of on.posted) watch.posted(hub.log[messages] as PostedMessage);
      for (; requests < network.log.length; requests++) {
        const request = network.log[requests] as LoggedRequest;
        open.add(request);
        for (const watch of on.sent) watch.sent(request);
      }
      for (const request of open)
        if (request.outcome !== undefined) {
          open.delete(request);
          for (const watch of on.done) watch.done(request);
        }
      for (const watch of on.stepped) watch.stepped(now);
    },
    shown(seat: Seat, before: SessionState<FakeUser>) {
      for (const watch of on.shown) watch.shown(seat, before);
    },
    event(seat: Seat, name: string, detail: unknown) {
      if (name === "degraded" && (detail as { part: string }).part === "storage") lost.add(name);
      for (const watch of on.event) watch.event(seat, name, detail);
    },
    called(call: Call) {
      calls.push(call);
      for (const watch of on.called) watch.called(call);
    },
    settled(call: Call) {
      for (const watch of on.settled) watch.settled(call);
    },
    wrote(seat: Seat, before: SharedRecord | undefined, after: SharedRecord | undefined) {
      for (const watch of on.wrote) watch.wrote(seat, before, after);
    },
    keptBeside(seat: Seat, name: string, value: unknown) {
      for (const watch of on.keptBeside) watch.keptBeside(seat, name, value);
    },
    pageSent(seat: Seat, request: Request) {
      for (const watch of on.pageSent) watch.pageSent(seat, request);
    },
    sealsWith(secret: string) {
      for (const watch of on.sealsWith) watch.sealsWith(secret);
    },
    acted(action: Action, seat: Seat | undefined) {
      actions.set(action.what, base.now());
      if (DISK_ACTIONS.includes(action.what)) lost.add(action.what);
      // Nothing but the word of others says what is so there, and this was the word of another.
      if (action.what === "forgedNews" && base.setting.storage === "memory") lost.add(action.what);
      if (action.what === "stepClock") steps.push({ at: base.now(), tab: 0, ms: Number(action.with) });
      if (action.what === "stepTabClock")
        steps.push({ at: base.now(), tab: action.tab, ms: Number(action.with) });
      if (action.what === "sleep") sleeps.push({ from: base.now(), to: base.now() + Number(action.with) });
      for (const watch of on.acted) watch.acted(action, seat);
    },
    fault(fault: Fault) {
      faults.set(fault.kind, fault.at);
      if (fault.kind === "diskLie") lost.add(fault.kind);
      if (DISK_FAULTS.includes(fault.kind)) {
        diskFaultAt = fault.at;
        if (base.seat(fault.tab)?.destroyed !== false) lost.add(fault.kind);
      }
      for (const watch of on.fault) watch.fault(fault);
    },
    healed() {
      for (const watch of on.healed) watch.healed();
    },
    quiet(from: number, to: number) {
      for (const watch of on.quiet) watch.quiet(from, to);
    },
  };
}

type Kept = Pick<
  View,
  "lastFault" | "lastAction" | "setForward" | "setBack" | "slept" | "broken" | "islands" | "fail" | "calls"
>;
export type Oracle = ReturnType<typeof createOracle>;
