import { type CDPSession, expect, type Page, type Route } from "@playwright/test";

declare global {
  /** What a page did after it was resumed, in order: `read` the record, `sent …` a request, `shown` the notebook. */
  var woken: string[];
}

/** From now on the page notes what it does when it is resumed: which request it sends, and what is to be seen. */
export async function watchWaking(page: Page): Promise<void> {
  await page.evaluate(() => {
    const woken: string[] = [];
    globalThis.woken = woken;
    document.addEventListener("freeze", () => {
      woken.length = 0;
    });
    document.addEventListener("resume", () => {
      let frames = 0;
      const frame = () => {
        const note = document.querySelector("textarea");
        const shown = !!note && getComputedStyle(note).visibility === "visible";
        if (shown && woken.at(-1) !== "shown") woken.push("shown");
        if (frames++ < 100) setTimeout(frame, 8);
        else woken.push("watched");
      };
      frame();
    });
    const { get } = IDBObjectStore.prototype;
    IDBObjectStore.prototype.get = function (key) {
      const reading = get.call(this, key);
      reading.addEventListener("success", () => woken.push("read"));
      return reading;
    };
    const send = globalThis.fetch;
    globalThis.fetch = (input, init) => {
      woken.push(`sent ${new URL(new Request(input, init).url).pathname}`);
      return send(input, init);
    };
  });
}

/** What it did, when it has been watched long enough. */
export async function wakingOf(page: Page): Promise<readonly string[]> {
  await expect.poll(() => page.evaluate(() => globalThis.woken)).toContain("watched");
  return page.evaluate(() => globalThis.woken);
}

/** Keeps this page's next refresh from the server until it is let go. */
export async function holdRefresh(page: Page): Promise<{ letGo(): void }> {
  let letGo = () => {};
  const gone = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const keep = async (route: Route) => {
    await gone;
    await route.continue().catch(() => {});
  };
  await page.route("**/refresh", keep, { times: 1 });
  return { letGo };
}

/**
 * Stops a page between two instructions: as a frozen one it runs nothing and keeps what it holds, but nobody told it so
 * before. Returns what lets it go on.
 */
export async function stopDead(page: Page): Promise<() => Promise<void>> {
  // Something has to run for the debugger to stop in.
  await page.evaluate(() => void setInterval(() => {}, 20));
  const cdp: CDPSession = await page.context().newCDPSession(page);
  await cdp.send("Debugger.enable");
  const paused = new Promise((resolve) => cdp.once("Debugger.paused", resolve));
  await cdp.send("Debugger.pause");
  await paused;
  return async () => {
    await cdp.send("Debugger.disable");
    await cdp.detach();
  };
}
