import type { LifecycleEvent, LifecyclePort } from "../platform/platform.js";

export interface PageEvents {
  /** Nothing may stay open or held. */
  suspend(): void;
  /** Opens again. The page is shown, and callers go on, when it resolves. */
  wake(): Promise<void>;
  /** The page was shown, hidden or focused. Past a limit: resolves when it is known whether the session is over. */
  looked(event: LifecycleEvent): Promise<void> | undefined;
  online(): void;
}

/** The page's life: visible, hidden, frozen, in the back/forward cache and back again. */
export interface Page {
  /** While the page is suspended, and until `wake` is done after that. */
  readonly suspended: Promise<void> | undefined;
  stop(): void;
}

export function watchPage(lifecycle: LifecyclePort, hide: () => boolean, events: PageEvents): Page {
  let resume = () => {};
  /** Rises whenever the page goes: what an earlier return was about to do does not count any more. */
  let round = 0;
  const page = { suspended: undefined as Promise<void> | undefined, stop };

  function show() {
    page.suspended = undefined;
    resume();
    lifecycle.curtain(false);
  }

  async function wake() {
    const mine = round;
    await events.wake().catch(() => {});
    if (mine === round && page.suspended) show();
  }

  const unwatch = lifecycle.watch((event) => {
    if (event === "suspend") {
      round++;
      page.suspended ??= new Promise((resolve) => {
        resume = resolve;
      });
      events.suspend();
      if (hide()) lifecycle.curtain(true);
    } else if (event === "restore") {
      if (page.suspended) void wake();
    } else if (event === "online") events.online();
    else if (!page.suspended) {
      const verified = events.looked(event);
      if (!verified || !hide()) return;
      lifecycle.curtain(true);
      void verified.then(() => page.suspended || lifecycle.curtain(false));
    }
  });

  function stop() {
    round++;
    unwatch();
    if (page.suspended) show();
  }
  return page;
}
