import type { BrowserContext } from "@playwright/test";
import type { Session } from "../../src/index.js";
import { openBare } from "../support/bare.js";
import type { DemoServer } from "../support/server.js";
import { expectAll, expectSequence, expectShown, expectUnharmed, type Tab } from "../support/tab.js";
import { expect, test } from "../support/test.js";

declare global {
  /** Sessions, what they go without, and what was said of them. */
  var without: readonly { session: Session; degraded: string[]; heard: unknown[] }[];
}

/** Sign-in, refresh, activity and sign-out reach all tabs; each has said at most once what it goes without. */
async function expectWorks(
  tabs: readonly [Tab, Tab, ...Tab[]],
  server: DemoServer,
  part: string,
): Promise<void> {
  const [a, b] = tabs;
  await a.signIn("ada");
  await expectAll(tabs, "active");
  await expect(b.note).toBeVisible();
  expect(await b.refresh()).toBe("ok");
  await expectSequence(tabs, 1);
  for (const tab of tabs) expect(await tab.call()).toBe(200);
  await expectUnharmed(tabs);
  await b.signOutButton.click();
  await b.expectClosed("here");
  await a.expectClosed("otherTab");
  await a.signIn("alan");
  await expect.poll(() => b.state()).toMatchObject({ status: "ended", reason: "replaced" });
  await expectShown([a], "notebook");
  await expect.poll(() => server.metrics()).toMatchObject({ refreshRequests: 1, signOuts: 1, reuses: 0 });
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
    // As Chromium has it: what is to be written is taken, and then the transaction is undone.
    "is full",
    () => {
      const { put } = IDBObjectStore.prototype;
      IDBObjectStore.prototype.put = function (...args) {
        const request = put.apply(this, args);
        this.transaction.abort();
        return request;
      };
      const full = new DOMException("Encountered full disk while committing.", "QuotaExceededError");
      Object.defineProperty(IDBTransaction.prototype, "error", { get: () => full });
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
    server,
  }) => {
    await context.addInitScript(breakIt);
    await expectWorks(await tabs(2), server, "storage");
  });

test('F32 S11 tokens: "sealed" where IndexedDB is denied, and where its database cannot be used: they stay in the one page, with one event, and in the clear nowhere', async ({
  context,
}) => {
  const names = ["denied", "broken"] as const;
  await context.addInitScript(() => {
    const { open } = IDBFactory.prototype;
    IDBFactory.prototype.open = function (...args) {
      if (args[0] === "sojourn.denied") throw new DOMException("Denied.", "SecurityError");
      return open.apply(this, args);
    };
    // Somebody was there first, and nothing can be read from it.
    if (location.protocol === "http:") indexedDB.open("sojourn.broken").onupgradeneeded = () => {};
  });
  const opened = async () => {
    const page = await openBare(context);
    await page.evaluate(async (all) => {
      const told = all.map((name) => {
        const it = Sojourn.createSession({ name, server: Sojourn.bff(), tokens: "sealed" });
        const degraded: string[] = [];
        it.on("degraded", ({ part }) => degraded.push(part));
        const heard: unknown[] = [];
        new BroadcastChannel(`sojourn.${name}`).onmessage = ({ data }) => heard.push(data);
        return { session: it, degraded, heard };
      });
      globalThis.without = told;
      await Promise.all(told.map((it) => it.session.start()));
    }, names);
    return page;
  };
  const [a, b] = [await opened(), await opened()];
  const tokens = await a.evaluate(async () => {
    const grant = { user: { id: "ada" }, accessToken: "planted-access", refreshToken: "planted-refresh" };
    await Promise.all(without.map((it) => it.session.start(grant)));
    return Promise.all(without.map((it) => it.session.getAccessToken()));
  });
  expect(tokens).toEqual(["planted-access", "planted-access"]);
  const seen = (page: typeof a) =>
    page.evaluate(async () => {
      const read = <T>(request: IDBRequest<T>) =>
        new Promise<T>((resolve, reject) => {
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(request.error);
        });
      const stored: unknown[] = [{ ...localStorage }, { ...sessionStorage }, document.cookie];
      for (const { name } of await indexedDB.databases()) {
        const database = await read(indexedDB.open(name as string));
        for (const store of database.objectStoreNames)
          stored.push(await read(database.transaction(store).objectStore(store).getAll()));
        database.close();
      }
      return {
        degraded: without.map(({ degraded }) => degraded),
        heard: JSON.stringify([stored, without.map(({ heard }) => heard)]),
        shown: without.map((it) => it.session.getState().status),
        storage: without.map((it) => it.session.inspect().storage),
      };
    });
  await expect
    .poll(async () => (await seen(b)).heard, { message: "it has heard of the session" })
    .toContain('"live":true');
  expect((await seen(a)).shown).toEqual(["active", "active"]);
  expect((await seen(b)).shown).toEqual(["signed-out", "signed-out"]);
  for (const page of [a, b]) {
    const { degraded, heard, storage } = await seen(page);
    expect(degraded).toEqual([["storage"], ["storage"]]);
    expect(storage).toEqual(["memory", "memory"]);
    expect(heard).not.toContain("planted");
  }
});

test("F34 IndexedDB loses its connection in the middle: it is opened again, and nobody notices", async ({
  tabs,
  server,
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
  await expectUnharmed([a, b]);
  expect(await server.metrics()).toMatchObject({ refreshRequests: 1, refreshes: 1, reuses: 0 });
});

for (const [who, clear] of [
  [
    "a script of the page",
    ({ page }: Tab) =>
      page.evaluate(async () => {
        for (const { name } of await indexedDB.databases())
          await new Promise((resolve) => {
            indexedDB.deleteDatabase(name as string).onsuccess = resolve;
          });
      }),
  ],
  [
    "the user, in the browser's settings,",
    async ({ page }: Tab) => {
      const cdp = await page.context().newCDPSession(page);
      const { origin } = new URL(page.url());
      await cdp.send("Storage.clearDataForOrigin", { origin, storageTypes: "indexeddb" });
      await cdp.detach();
    },
  ],
] as const)
  test(`F34 ${who} clears the site's data: nobody is signed out by that, and the record is there again`, async ({
    tabs,
    server,
  }) => {
    const [a, b] = await tabs(2);
    await a.signIn("ada");
    await expectAll([a, b], "active");
    await clear(a);
    expect(await b.refresh()).toBe("ok");
    await expectSequence([a, b], 1);
    await expectUnharmed([a, b]);
    for (const tab of [a, b]) expect(await tab.heard("degraded")).toEqual([]);
    expect(await server.metrics()).toMatchObject({ refreshRequests: 1, refreshes: 1, reuses: 0 });
    expect(await (await tabs(1))[0].sequence()).toBe(1);
  });

test("F32 a deletion that waits for somebody's old connection blocks the database: the session goes on in memory, and on the disk after a reload", async ({
  tabs,
  server,
}) => {
  const [a, b, c] = await tabs(3);
  await a.signIn("ada");
  await expectAll([a, b, c], "active");
  await c.page.evaluate(async () => {
    const open = indexedDB.open("sojourn.default");
    await new Promise((resolve) => {
      open.onsuccess = resolve;
    });
    // It does not let go when it is asked to, and is in everybody's way for as long as it lives.
    Object.assign(globalThis, { old: open.result });
    await new Promise((resolve) => {
      indexedDB.deleteDatabase("sojourn.default").onblocked = resolve;
    });
  });
  expect(await b.refresh()).toBe("ok");
  await expectSequence([a, b, c], 1, 20_000);
  await expectUnharmed([a, b, c]);
  expect(await b.heard("degraded")).toEqual([{ part: "storage" }]);
  expect(await server.metrics()).toMatchObject({ refreshRequests: 1, refreshes: 1, reuses: 0 });

  await c.page.close();
  await b.page.reload();
  await expectShown([a, b], "notebook");
  await expect.poll(async () => (await b.facts()).storage).toBe("indexeddb");
  expect(await b.refresh()).toBe("ok");
  expect(await server.metrics()).toMatchObject({ refreshRequests: 2, refreshes: 2, reuses: 0 });
});

/** The sources of the scripts that pages load. */
function watchScripts(context: BrowserContext): string[] {
  const loaded: string[] = [];
  context.on("response", async (reply) => {
    if (reply.url().endsWith(".js")) loaded.push(await reply.text().catch(() => ""));
  });
  return loaded;
}

/** The name of the database of the stand-in for BroadcastChannel, in any version of it. */
const STAND_IN = "pubkey.broadcast-channel";
const standInsOf = (loaded: readonly string[]) => loaded.filter((source) => source.includes(STAND_IN));

test("without BroadcastChannel a stand-in is loaded, and the tabs still hear of one another", async ({
  tabs,
  context,
  server,
}) => {
  const loaded = watchScripts(context);
  await context.addInitScript(() => {
    Reflect.deleteProperty(globalThis, "BroadcastChannel");
  });
  const [a, b] = await tabs(2);
  await a.signIn("ada");
  await expectAll([a, b], "active");
  expect(await b.refresh()).toBe("ok");
  await expectSequence([a, b], 1);
  await expectUnharmed([a, b]);
  expect(await server.metrics()).toMatchObject({ refreshRequests: 1, refreshes: 1, reuses: 0 });
  await expect.poll(() => standInsOf(loaded)).not.toEqual([]);
  for (const { page } of [a, b]) expect(await page.evaluate(() => localStorage.length)).toBe(0);

  // Not by a sign-out: its `Clear-Site-Data` closes the stand-in's own database, see docs/decisions.md.
  await server.trouble({ endSession: "ada" });
  expect(await a.call()).toBe("ERR_SESSION_ENDED");
  for (const tab of [a, b]) {
    await tab.expectClosed("server");
    expect(await tab.heard("ended")).toHaveLength(1);
  }
});

test("with BroadcastChannel the stand-in is never loaded", async ({ tabs, context }) => {
  const loaded = watchScripts(context);
  const [a] = await tabs(1);
  await a.signIn("ada");
  expect(loaded.length).toBeGreaterThan(0);
  expect(standInsOf(loaded)).toEqual([]);
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
  // All are on their way before the first is answered.
  await server.trouble({ slowMs: 2000 });
  const answers = await Promise.all(all.map((tab) => tab.refresh()));
  expect(answers).toEqual(all.map(() => "ok"));
  await expectSequence(all, 1);
  expect(await server.metrics()).toMatchObject({ refreshRequests: 1, refreshes: 1, replays: 0, reuses: 0 });
  for (const tab of all) expect(await tab.heard("degraded")).toEqual([{ part: "lock" }]);
  await expectUnharmed(all);
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
