declare global {
  /** What the injected script has heard since the page began. */
  var spied: { messages: unknown[]; errors: unknown[] };
}

/**
 * An injected script, before every other of the page: hears every message that anybody in this page sends or reads, on
 * channels, ports and workers, and every error. Its own ears are on the session's channels, too.
 */
export function spy(): void {
  const messages: unknown[] = [];
  const errors: unknown[] = [];
  globalThis.spied = { messages, errors };

  for (const way of ["MessagePort", "BroadcastChannel", "Worker"] as const) {
    const { prototype } = globalThis[way];
    const native = prototype.postMessage as (...args: unknown[]) => void;
    prototype.postMessage = function (this: unknown, ...args: unknown[]) {
      messages.push(args[0]);
      return native.apply(this, args);
    } as never;
  }
  const { get } = Object.getOwnPropertyDescriptor(MessageEvent.prototype, "data") ?? {};
  Object.defineProperty(MessageEvent.prototype, "data", {
    get() {
      const data = get?.call(this);
      messages.push(data);
      return data;
    },
  });

  const names = ["default", "oauth-memory", "oauth-sealed", "oauth-worker", "oauth-dedicated-worker"];
  const ears = names.flatMap((name) =>
    ["", ".tokens", ".dpop"].map((end) => {
      const ear = new BroadcastChannel(`sojourn.${name}${end}`);
      ear.onmessage = (event) => void event.data;
      return ear;
    }),
  );
  Object.defineProperty(globalThis.spied, "ears", { value: ears });

  addEventListener("error", ({ message, error }) => errors.push(message, error?.stack, error));
  addEventListener("unhandledrejection", ({ reason }) => errors.push(reason?.stack, reason));
  for (const how of ["log", "info", "warn", "error", "debug"] as const) {
    const native = console[how];
    console[how] = (...args: unknown[]) => {
      errors.push(...args);
      native.apply(console, args);
    };
  }
}
