import type { Browser } from "@playwright/test";

/**
 * Puts every page of this browser to sleep, as a closed lid does, while `during` runs: their processes are stopped, so
 * no timer, no message and no reply gets through, and all of them wake in the same instant. `all`: the browser itself
 * is stopped, too, and cannot be asked for anything meanwhile.
 */
export async function asleep(browser: Browser, during: () => Promise<void>, all = false): Promise<void> {
  const cdp = await browser.newBrowserCDPSession();
  const { processInfo } = await cdp.send("SystemInfo.getProcessInfo");
  await cdp.detach();
  const stopped = processInfo.filter(({ type }) => all || type === "renderer").map(({ id }) => id);
  for (const pid of stopped) process.kill(pid, "SIGSTOP");
  try {
    await during();
  } finally {
    for (const pid of stopped) process.kill(pid, "SIGCONT");
  }
}
