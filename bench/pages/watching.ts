declare global {
  /** Timers that fired, messages to other tabs, writes to web storage: since the page was loaded. */
  var done: { timers: number; messages: number; writes: number };
  /** Real events, in the order of their coming: what a script makes up does not count everywhere. */
  var events: Event[];
  /** Hands so many of them to whoever listens on the window or the document. Ms for each. */
  var replay: (count: number) => number;
}

/** Before anything else is loaded: counts what a page does, and notes who listens. */
export function watch(): void {
  const done = { timers: 0, messages: 0, writes: 0 };
  globalThis.done = done;

  for (const name of ["setTimeout", "setInterval"] as const) {
    const set = globalThis[name] as (run: TimerHandler, ms?: number, ...rest: unknown[]) => number;
    const counted = (run: TimerHandler, ms?: number, ...rest: unknown[]) => {
      if (typeof run !== "function") return set(run, ms, ...rest);
      return set(
        (...args: unknown[]) => {
          done.timers++;
          run(...args);
        },
        ms,
        ...rest,
      );
    };
    Object.assign(globalThis, { [name]: counted });
  }
  const { postMessage } = BroadcastChannel.prototype;
  BroadcastChannel.prototype.postMessage = function (message) {
    done.messages++;
    postMessage.call(this, message);
  };
  const { setItem } = Storage.prototype;
  Storage.prototype.setItem = function (key, value) {
    done.writes++;
    setItem.call(this, key, value);
  };

  const heard: [type: string, run: (event: Event) => void][] = [];
  const { addEventListener } = EventTarget.prototype;
  EventTarget.prototype.addEventListener = function (type, listener, options) {
    const outer = this === window || this === document || this === undefined;
    if (outer && listener)
      heard.push([
        type,
        typeof listener === "function" ? listener.bind(window) : (event) => listener.handleEvent(event),
      ]);
    addEventListener.call(this ?? window, type, listener, options);
  };

  const events: Event[] = [];
  globalThis.events = events;
  for (const type of ["pointermove", "mousemove"])
    addEventListener.call(window, type, (event) => events.push(event), { capture: true });
  globalThis.replay = (count) => {
    const listeners = events.map(({ type }) => heard.filter(([name]) => name === type).map(([, run]) => run));
    const start = performance.now();
    for (let i = 0; i < count; i++) {
      const which = i % events.length;
      for (const run of listeners[which]) run(events[which]);
    }
    return (performance.now() - start) / count;
  };
}
