import type { BrowserContext } from "@playwright/test";

declare global {
  var stopClock: () => void;
}

/** From when `stop` is called no timer of any page fires and no time passes there. Everything else goes on. */
export async function stoppableClock(context: BrowserContext): Promise<{ stop(): Promise<void> }> {
  await context.addInitScript(() => {
    let stopped = false;
    const stops = [Date, performance].map((clock) => {
      const native = clock.now.bind(clock);
      return () => {
        const at = native();
        clock.now = () => at;
      };
    });
    for (const name of ["setTimeout", "setInterval"] as const) {
      const native = globalThis[name] as (run: () => void, ms?: number) => number;
      const stoppable = (run: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) =>
        native(() => stopped || run(...args), ms);
      Object.defineProperty(globalThis, name, { value: stoppable });
    }
    globalThis.stopClock = () => {
      stopped = true;
      for (const stop of stops) stop();
    };
  });
  return {
    stop: async () => {
      await Promise.all(context.pages().map((page) => page.evaluate(() => globalThis.stopClock?.())));
    },
  };
}
