import type { Browser } from "@playwright/test";

/**
 * Puts every page of this browser to sleep, as a closed lid does, while `during` runs: their processes are stopped, so
 * no timer, no message and no reply gets through, and all of them wake in the same instant.
 */
export async function asleep(browser: Browser, during: () => Promise<void>): Promise<void> {
  const cdp = await browser.newBrowserCDPSession();
  const { processInfo } = await cdp.send("SystemInfo.getProcessInfo");
  await cdp.detach();
  const renderers = processInfo.filter(({ type }) => type === "renderer").map(({ id }) => id);
  for (const pid of renderers) process.kill(pid, "SIGSTOP");
  try {
    await during();
  } finally {
    for (const pid of renderers) process.kill(pid, "SIGCONT");
  }
}
