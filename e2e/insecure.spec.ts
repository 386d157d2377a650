import type { BrowserContext, Page } from "@playwright/test";
import { expectBare, script, signInBare } from "./support/bare.js";
import { expect, test } from "./support/test.js";

// A name that is not this machine's, over plain http: no `crypto.subtle` there, and no Web Locks.
const INSECURE = "http://handover.example";
test.use({ env: { PUBLIC_ORIGIN: INSECURE, DEBUG_ROUTES: "on" }, baseURL: INSECURE });

test.beforeEach(async ({ context, server }) => {
  await context.route(`${INSECURE}/**`, async (route) => {
    const url = route.request().url().replace(INSECURE, server.origin);
    if (url.endsWith("/sojourn.js")) await route.fulfill({ contentType: "text/javascript", path: script });
    else if (url.endsWith("/bare")) await route.fulfill({ contentType: "text/html", body: PAGE });
    else await route.fulfill({ response: await route.fetch({ url }) });
  });
});

const PAGE = '<!doctype html><html lang="en"><title>Bare</title><script src="/sojourn.js"></script></html>';

declare global {
  /** What the session goes without, and what was said on its channel. */
  var told: { degraded: string[]; heard: unknown[] };
}

async function open(context: BrowserContext, options: object = {}): Promise<Page> {
  const page = await context.newPage();
  await page.goto("/bare");
  await page.evaluate(async (given) => {
    globalThis.told = { degraded: [], heard: [] };
    new BroadcastChannel("sojourn.default").onmessage = ({ data }) => globalThis.told.heard.push(data);
    globalThis.session = Sojourn.createSession({ server: Sojourn.bff(), ...given });
    session.on("degraded", ({ part }) => globalThis.told.degraded.push(part));
    await session.start();
  }, options);
  expect(await page.evaluate(() => [isSecureContext, typeof crypto.subtle, typeof navigator.locks])).toEqual([
    false,
    "undefined",
    "undefined",
  ]);
  return page;
}

const degraded = (page: Page) => page.evaluate(() => globalThis.told.degraded.sort());

test("where nothing is secure a session in cookies goes on, and says what it goes without", async ({
  context,
}) => {
  const a = await open(context);
  await signInBare(a);
  await expectBare([a], "active");
  await a.evaluate(() => session.refresh());
  expect((await a.evaluate(() => session.inspect())).storage).toBe("indexeddb");
  expect(await degraded(a)).toEqual(["lock"]);
});

for (const tokens of ["memory", "sealed"] as const)
  test(`S11 where nothing is secure, tokens: "${tokens}" stay in the one page: nothing is sealed, so nothing is written or sent`, async ({
    context,
  }) => {
    const [a, b] = [await open(context, { tokens }), await open(context, { tokens })];
    await a.evaluate(() =>
      session.start({ user: { id: "ada" }, accessToken: "planted-access", refreshToken: "planted-refresh" }),
    );
    await expectBare([a], "active");
    expect(await a.evaluate(() => session.getAccessToken())).toBe("planted-access");
    const seen = await b.evaluate(async () => {
      const read = <T>(request: IDBRequest<T>) =>
        new Promise<T>((resolve) => {
          request.onsuccess = () => resolve(request.result);
        });
      const database = await read(indexedDB.open("sojourn.default"));
      const stored = await read(database.transaction("session").objectStore("session").getAll());
      database.close();
      return JSON.stringify([stored, globalThis.told.heard, { ...localStorage }]);
    });
    expect(seen).toContain('"epoch"');
    expect(seen).not.toContain("planted");
    await expectBare([b], "signed-out");
    for (const page of [a, b]) expect(await degraded(page)).toEqual(["crypto", "lock"]);
  });
