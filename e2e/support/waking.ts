import { type CDPSession, expect, type Page, type Route } from "@playwright/test";

declare global {
  /** What a page did since it came back, in order: `read` the record, `sent …` a request, `shown` the notebook. */
  var woken: string[];
}

/** Notes what a frozen page does when it is thawed, or a hidden one when it is seen again, and what is to be seen. */
export async function watchWaking(page: Page, by: "resume" | "visibilitychange" = "resume"): Promise<void> {
  await page.evaluate((event) => {
    const woken: string[] = [];
    globalThis.woken = woken;
    const back = () => {
      woken.length = 0;
      let frames = 0;
      const frame = () => {
        const note = document.querySelector("textarea");
        const shown = !!note && getComputedStyle(note).visibility === "visible";
        if (shown && woken.at(-1) !== "shown") woken.push("shown");
        if (frames++ < 100) setTimeout(frame, 8);
        else woken.push("watched");
      };
      // When everybody has heard of it: nothing is painted before.
      setTimeout(frame);
    };
    // Before anybody else hears of it.
    addEventListener(event, back, { capture: true });
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
  }, by);
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
