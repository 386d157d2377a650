import { expectAll, expectSequence, type Tab } from "./support/tab.js";
import { expect, test } from "./support/test.js";

/** Sign-in, refresh, activity and sign-out reach all tabs; each has said at most once what it goes without. */
async function expectWorks(tabs: readonly [Tab, Tab, ...Tab[]], part: string): Promise<void> {
  const [a, b] = tabs;
  await a.signIn("ada");
  await expectAll(tabs, "active");
  await expect(b.note).toBeVisible();
  expect(await b.refresh()).toBe("ok");
  await expectSequence(tabs, 1);
  for (const tab of tabs) expect(await tab.call()).toBe(200);
  await b.signOutButton.click();
  await b.expectClosed("here");
  await a.expectClosed("otherTab");
  await a.signIn("alan");
  await expect.poll(() => b.state()).toMatchObject({ status: "ended", reason: "replaced" });
  for (const tab of tabs) expect(await tab.heard("degraded")).toEqual([{ part }]);
}

for (const [what, breakIt] of [
  [
    "throws",
    () => {
      IDBFactory.prototype.open = () => {
        throw new DOMException("The user denied permission to access the database.", "SecurityError");
      };
    },
  ],
  [
    "fails at every opening",
    () => {
      IDBFactory.prototype.open = () => {
        const request = Object.assign(new EventTarget(), { error: new DOMException("no", "UnknownError") });
        setTimeout(() => (request as unknown as { onerror?: () => void }).onerror?.());
        return request as unknown as IDBOpenDBRequest;
      };
    },
  ],
  [
    "hangs",
    () => {
      IDBFactory.prototype.open = () => new EventTarget() as IDBOpenDBRequest;
    },
  ],
  [
    "is not there",
    () => {
      Object.defineProperty(globalThis, "indexedDB", { value: undefined });
    },
  ],
] as const)
  test(`F32 F36 IndexedDB ${what}: the session lives in memory, in all tabs, with one event`, async ({
    tabs,
    context,
  }) => {
    await context.addInitScript(breakIt);
    await expectWorks(await tabs(2), "storage");
  });

test("F34 IndexedDB loses its connection in the middle: it is opened again, and nobody notices", async ({
  tabs,
}) => {
  const [a, b] = await tabs(2);
  await a.signIn("ada");
  await expectAll([a, b], "active");
  for (const { page } of [a, b])
    await page.evaluate(() => {
      const { transaction } = IDBDatabase.prototype;
      let lost = false;
      IDBDatabase.prototype.transaction = function (...args) {
        if (lost) return transaction.apply(this, args);
        lost = true;
        this.close();
        throw new DOMException("The database connection is closing.", "InvalidStateError");
      };
    });
  expect(await a.refresh()).toBe("ok");
  await expectSequence([a, b], 1);
  for (const tab of [a, b]) {
    expect(await tab.heard("degraded")).toEqual([]);
    expect((await tab.facts()).storage).toBe("indexeddb");
  }
});

test("somebody clears the site's data: nobody is signed out by that", async ({ tabs }) => {
  const [a, b] = await tabs(2);
  await a.signIn("ada");
  await expectAll([a, b], "active");
  await a.page.evaluate(async () => {
    for (const { name } of await indexedDB.databases())
      await new Promise((resolve) => {
        indexedDB.deleteDatabase(name as string).onsuccess = resolve;
      });
  });
  expect(await b.refresh()).toBe("ok");
  await expectSequence([a, b], 1);
  await expectAll([a, b], "active");
  for (const tab of [a, b]) expect(await tab.heard("ended")).toEqual([]);
});

test("without BroadcastChannel a stand-in is loaded, and the tabs still hear of one another", async ({
  tabs,
  context,
}) => {
  const loaded: string[] = [];
  context.on("request", (request) => loaded.push(new URL(request.url()).pathname));
  await context.addInitScript(() => {
    Reflect.deleteProperty(globalThis, "BroadcastChannel");
  });
  const [a, b] = await tabs(2);
  await a.signIn("ada");
  await expectAll([a, b], "active");
  expect(await b.refresh()).toBe("ok");
  await expectSequence([a, b], 1);
  // A sign-out is not shown here: its `Clear-Site-Data` closes the stand-in's own database, see docs/decisions.md.
  expect(new Set(loaded.filter((path) => path.endsWith(".js"))).size).toBeGreaterThan(3);
  for (const { page } of [a, b]) expect(await page.evaluate(() => localStorage.length)).toBe(0);
});

test("with BroadcastChannel the stand-in is never loaded", async ({ tabs, context }) => {
  const loaded: string[] = [];
  context.on("response", async (reply) => {
    if (reply.url().endsWith(".js")) loaded.push(await reply.text().catch(() => ""));
  });
  const [a] = await tabs(1);
  await a.signIn("ada");
  expect(loaded.length).toBeGreaterThan(0);
  // The name of its database, in any version of it.
  expect(loaded.filter((source) => source.includes("pubkey.broadcast-channel"))).toEqual([]);
});

test("F11 without Web Locks five tabs over an expiry: nobody is signed out, nothing is used twice", async ({
  tabs,
  context,
  server,
}) => {
  await context.addInitScript(() => {
    Object.defineProperty(Navigator.prototype, "locks", { value: undefined });
  });
  const all = await tabs(5);
  await all[0].signIn("ada");
  await expectAll(all, "active");
  const answers = await Promise.all(all.map((tab) => tab.refresh()));
  expect(answers).toEqual(all.map(() => "ok"));
  await expectSequence(all, 1);
  expect((await server.metrics()).refreshes).toBe(1);
  expect((await server.metrics()).reuses).toBe(0);
  for (const tab of all) {
    expect(await tab.heard("degraded")).toEqual([{ part: "lock" }]);
    expect(await tab.heard("ended")).toEqual([]);
  }
});

test("F36 web storage that throws, as where cookies are blocked, is no matter: it is never used", async ({
  tabs,
  context,
}) => {
  await context.addInitScript(() => {
    for (const name of ["localStorage", "sessionStorage"])
      Object.defineProperty(globalThis, name, {
        get() {
          throw new DOMException("Access is denied for this document.", "SecurityError");
        },
      });
  });
  const [a, b] = await tabs(2);
  await a.signIn("ada");
  await expectAll([a, b], "active");
  expect(await a.heard("degraded")).toEqual([]);
});
