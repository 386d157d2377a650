import { everything } from "../support/everything.js";
import type { Tab } from "./support/tab.js";
import { expect, test } from "./support/test.js";

declare global {
  var returned: boolean | undefined;
  /** What could be seen, frame by frame, since the page came back. */
  var glimpses: ("hidden" | "notebook" | "neither")[];
}

/** Somewhere else in the same window, and back again. Resolves with whether the page came out of the cache. */
async function away(tab: Tab, meanwhile: () => Promise<unknown>): Promise<boolean> {
  await tab.run(() => {
    globalThis.glimpses = [];
    const look = () => {
      const hidden = getComputedStyle(document.body).visibility === "hidden";
      globalThis.glimpses.push(
        hidden ? "hidden" : document.querySelector("textarea") ? "notebook" : "neither",
      );
      if (globalThis.glimpses.length < 120) requestAnimationFrame(look);
    };
    addEventListener("pageshow", ({ persisted }) => {
      globalThis.returned = persisted;
      look();
    });
  });
  await tab.page.in(async (driver) => driver.get(new URL("/favicon.svg", await driver.getCurrentUrl()).href));
  await meanwhile();
  await tab.page.in((driver) => driver.navigate().back());
  await expect.poll(() => tab.status()).not.toBe("unknown");
  return tab.run(() => globalThis.returned ?? false);
}

test("a reload restores the session, and nobody notices", async ({ open, server }) => {
  const a = await open();
  const b = await open("tab");
  await a.signIn("ada");
  const before = await a.facts();
  await a.load();
  await a.expectToSee("textbox", "Note");
  const after = await a.facts();
  expect([after.epoch, after.sequence]).toEqual([before.epoch, before.sequence]);
  expect(after.tab).not.toBe(before.tab);
  expect(await b.heard("started")).toHaveLength(1);
  expect((await server.metrics()).refreshRequests).toBe(0);
});

test("F35 a page that comes back out of the back/forward cache has missed nothing", async ({ open }) => {
  const a = await open();
  await a.signIn("ada");
  await a.type("Note", "half a note");
  const b = await open();
  const persisted = await away(a, () => b.run(() => demo.session.refresh()));
  expect(persisted).toBe(true);
  await a.expectToSee("textbox", "Note");
  expect(await a.run(() => document.querySelector("textarea")?.value)).toBe("half a note");
  await expect.poll(async () => (await a.facts()).sequence).toBe(1);
  await b.click("button", "Sign out");
  await a.expectClosed("otherTab");
});

// What the server says to a sign-out (`Clear-Site-Data`) empties this cache. It keeps the page where the server does not
// hear of it.
for (const [heard, what] of [
  [true, "in another window shows nothing of the notebook"],
  [false, "that no server heard of: the page is hidden until the record is read"],
] as const)
  test(`F30 F27 back after a sign-out ${what}`, async ({ open, server }) => {
    const a = await open();
    await a.signIn("ada");
    await a.type("Note", "not for everybody's eyes");
    const b = await open();
    await server.trouble({ down: !heard });
    const persisted = await away(a, async () => {
      await b.click("button", "Sign out");
      await b.expectClosed("here");
    });
    await a.expectToSee("textbox", "User name");
    expect(await a.sees("textbox", "Note")).toBe(false);
    expect(await a.run(everything)).not.toContain("not for everybody's eyes");
    expect(await server.metrics()).toMatchObject({ signOuts: heard ? 1 : 0, refreshRequests: 0 });
    if (heard) return;
    expect(persisted).toBe(true);
    await a.expectClosed("otherTab");
    const glimpses = await a.run(() => globalThis.glimpses);
    expect(glimpses[0]).toBe("hidden");
    expect(glimpses).not.toContain("notebook");
  });
