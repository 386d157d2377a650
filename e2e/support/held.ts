import type { Session } from "../../src/index.js";

/** What a page holds on to. */
interface Held {
  /** How many listeners there are, by what they listen to: "Window pagehide". */
  readonly listeners: Readonly<Record<string, number>>;
  readonly channels: number;
  /** Web Locks, held or asked for. */
  readonly locks: number;
  /** Listeners of the session that was named to `countSubscriptions`, since then. */
  readonly subscriptions: number;
}

declare global {
  var held: () => Promise<Held>;
  var countSubscriptions: (session: Pick<Session, "subscribe" | "on">) => void;
}

/** Runs in a page before anything else: counts what is taken and what is given back. */
export function countHeld(): void {
  interface Entry {
    readonly target: EventTarget;
    readonly type: string;
    readonly listener: unknown;
    readonly capture: boolean;
    readonly signal: AbortSignal | undefined;
  }
  let entries: Entry[] = [];
  const { addEventListener, removeEventListener } = EventTarget.prototype;
  const captures = (options: unknown) =>
    typeof options === "object" ? !!(options as AddEventListenerOptions | null)?.capture : !!options;
  const forget = (target: EventTarget, type: string, listener: unknown, capture: boolean) => {
    entries = entries.filter(
      (it) => it.target !== target || it.type !== type || it.listener !== listener || it.capture !== capture,
    );
  };
  EventTarget.prototype.addEventListener = function (this: EventTarget | undefined, type, listener, options) {
    const target = this ?? window;
    const capture = captures(options);
    const { once = false, signal } = typeof options === "object" ? (options ?? {}) : {};
    forget(target, type, listener, capture);
    if (listener) entries.push({ target, type, listener, capture, signal });
    if (once) addEventListener.call(target, type, () => forget(target, type, listener, capture), options);
    return addEventListener.call(target, type, listener, options);
  };
  EventTarget.prototype.removeEventListener = function (
    this: EventTarget | undefined,
    type,
    listener,
    options,
  ) {
    forget(this ?? window, type, listener, captures(options));
    return removeEventListener.call(this ?? window, type, listener, options);
  };

  const channels = new Set<BroadcastChannel>();
  globalThis.BroadcastChannel = class extends BroadcastChannel {
    constructor(name: string) {
      super(name);
      channels.add(this);
    }
    override close() {
      channels.delete(this);
      super.close();
    }
  };

  let subscriptions = 0;
  globalThis.countSubscriptions = (session) => {
    for (const name of ["subscribe", "on"] as const) {
      const native = session[name] as (...args: unknown[]) => () => void;
      session[name] = (...args: unknown[]) => {
        let held = true;
        subscriptions += 1;
        const stop = native(...args);
        return () => {
          if (held) subscriptions -= 1;
          held = false;
          stop();
        };
      };
    }
  };

  /** What has left the page, has been aborted or is done is the browser's to collect. */
  const lives = (target: EventTarget) =>
    target instanceof Node
      ? target.isConnected
      : target instanceof AbortSignal
        ? !target.aborted
        : !(target instanceof IDBRequest || target instanceof IDBTransaction);
  globalThis.held = async () => {
    const listeners: Record<string, number> = {};
    for (const { target, type, signal } of entries)
      if (lives(target) && !signal?.aborted) {
        const name = `${target.constructor.name} ${type}`;
        listeners[name] = (listeners[name] ?? 0) + 1;
      }
    const { held = [], pending = [] } = await navigator.locks.query();
    return { listeners, channels: channels.size, locks: held.length + pending.length, subscriptions };
  };
}
