import { expect } from "@playwright/test";
import type { DemoServer } from "./server.js";
import type { Tab } from "./tab.js";

/**
 * All tabs have gone over this many expiries or more, and the server has seen one request for each: as many requests as
 * the sequence that all of them have arrived at. Resolves with that.
 */
export async function expectOneRefreshEach(
  server: DemoServer,
  tabs: readonly Tab[],
  expiries: number,
): Promise<number> {
  let arrived = 0;
  const counts = async () => {
    const sequences = await Promise.all(tabs.map((tab) => tab.sequence()));
    const { refreshRequests, refreshes, replays, reuses } = await server.metrics();
    arrived = Math.min(...sequences);
    const most = Math.max(...sequences);
    return {
      enough: arrived >= expiries,
      ahead: most - arrived,
      refreshRequests: refreshRequests - most,
      refreshes: refreshes - most,
      replays,
      reuses,
    };
  };
  const exactly = { enough: true, ahead: 0, refreshRequests: 0, refreshes: 0, replays: 0, reuses: 0 };
  await expect.poll(counts, { timeout: 40_000 }).toEqual(exactly);
  return arrived;
}
