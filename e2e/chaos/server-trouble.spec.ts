import type { BrowserContext } from "@playwright/test";
import { expectAll, expectSequence, expectUnharmed } from "../support/tab.js";
import { expect, test } from "../support/test.js";

/** The idempotency keys of the refreshes that pages ask for. A browser may send one request twice by itself. */
function watchKeys(context: BrowserContext): string[] {
  const keys: string[] = [];
  context.on("request", (request) => {
    if (request.url().endsWith("/refresh")) keys.push(request.headers()["idempotency-key"] ?? "none");
  });
  return keys;
}

test("F4 I-once the connection breaks after the rotation: it is asked for again under the same key, no reuse", async ({
  tabs,
  server,
  context,
}) => {
  const [a, b] = await tabs(2);
  await a.signIn("ada");
  const keys = watchKeys(context);
  await server.trouble({ loseNextReply: true });
  expect(await a.refresh()).toBe("ok");
  await expectSequence([a, b], 1);
  expect(await server.metrics()).toMatchObject({ refreshes: 1, replays: 1, reuses: 0 });
  expect(new Set(keys).size).toBe(1);

  // The credential that came with the replay is a good one.
  expect(await b.refresh()).toBe("ok");
  expect(await server.metrics()).toMatchObject({ refreshes: 2, replays: 1, reuses: 0 });
  expect(new Set(keys).size).toBe(2);
  await expectUnharmed([a, b]);
});

test("F4 I-once the reply of a rotation never reaches the page: the same key again, and the same successor", async ({
  tabs,
  server,
  context,
}) => {
  const [a, b] = await tabs(2);
  await a.signIn("ada");
  const keys = watchKeys(context);
  let lost = 0;
  await context.route("**/refresh", async (route) => {
    if (lost++ > 0) return route.continue();
    await route.fetch();
    await route.abort("connectionreset");
  });
  expect(await a.refresh()).toBe("ok");
  await expectSequence([a, b], 1);
  expect(keys).toEqual([keys[0], keys[0]]);
  expect(await server.metrics()).toMatchObject({ refreshRequests: 2, refreshes: 1, replays: 1, reuses: 0 });
  expect(await b.refresh()).toBe("ok");
  expect(await server.metrics()).toMatchObject({ refreshes: 2, reuses: 0 });
  await expectUnharmed([a, b]);
});

for (const [what, how, answer] of [
  ["the reply of a rotation breaks off in its body, when the browser has the new cookies", "half", "ok"],
  ["a gateway answers with 502 and a page after the server has rotated", "gateway", "ERR_UNAVAILABLE"],
] as const)
  test(`F4 I-once ${what}: the same key again, and the same successor`, async ({ tabs, server, context }) => {
    const all = await tabs(3);
    const [a, b] = all;
    await a.signIn("ada");
    await expectAll(all, "active");
    const sent: Promise<Record<string, string>>[] = [];
    context.on("request", (request) => {
      if (request.url().endsWith("/refresh")) sent.push(request.allHeaders());
    });
    await server.trouble({ loseNextReply: how });
    expect(await a.refresh()).toBe(answer);
    await expectSequence(all, 1, 30_000);
    expect(await server.metrics()).toMatchObject({ refreshRequests: 2, refreshes: 1, replays: 1, reuses: 0 });
    const [first, again] = await Promise.all(sent);
    expect(again?.["idempotency-key"]).toBe(first?.["idempotency-key"]);
    expect(again?.cookie === first?.cookie).toBe(how === "gateway");
    await expectUnharmed(all);
    for (const tab of all) expect(await tab.call()).toBe(200);

    // The credential that came with the replay is a good one.
    expect(await b.refresh()).toBe("ok");
    expect(await server.metrics()).toMatchObject({ refreshes: 2, replays: 1, reuses: 0, invalidGrants: 0 });
    await expectUnharmed(all);
  });

test.describe("when the server dies", () => {
  // Longer than the server can be away: a reply that is given again must not have expired meanwhile.
  test.use({ env: { ACCESS_LIFETIME: "10m" } });

  test("I-live killed in the middle of a refresh and started again: nobody is signed out, one refresh afterwards", async ({
    tabs,
    server,
  }) => {
    const all = await tabs(3);
    const [a] = all;
    await a.signIn("ada");
    await server.trouble({ slowMs: 30_000 });
    const refused = a.refresh();
    await expect.poll(async () => (await server.metrics()).refreshRequests).toBe(1);
    await server.kill();
    expect(await refused).toBe("ERR_UNAVAILABLE");
    await expectAll(all, "active");
    await server.start();
    await expectSequence(all, 1, 30_000);
    expect(await server.metrics()).toMatchObject({ refreshes: 1, reuses: 0, invalidGrants: 0 });
    await expectUnharmed(all);
    for (const tab of all) expect(await tab.call()).toBe(200);
  });

  test("F4 I-live killed between a rotation and its reply, and started again: the lost reply is given again, nobody is signed out @alone", async ({
    tabs,
    server,
  }) => {
    const all = await tabs(3);
    const [a, b] = all;
    await a.signIn("ada");
    await expectAll(all, "active");
    await server.trouble({ dieNextRotation: true });
    expect(await a.refresh()).toBe("ERR_UNAVAILABLE");
    await server.died();
    await expectUnharmed(all);
    await server.start();
    await expectSequence(all, 1, 30_000);
    expect(await server.metrics()).toMatchObject({ refreshRequests: 1, refreshes: 0, replays: 1, reuses: 0 });
    // What came with the replay is a good credential.
    expect(await b.refresh()).toBe("ok");
    expect(await server.metrics()).toMatchObject({ refreshes: 1, reuses: 0, invalidGrants: 0 });
    await expectUnharmed(all);
  });
});

test("a server that is started again knows its sessions", async ({ tabs, server }) => {
  const [a] = await tabs(1);
  await a.signIn("ada");
  await a.write("before the power cut");
  await server.kill();
  await server.start();
  await a.page.reload();
  await expect(a.note).toHaveValue("before the power cut");
  expect(await a.refresh()).toBe("ok");
  await expectUnharmed([a]);
  expect(await server.metrics()).toMatchObject({ refreshes: 1, reuses: 0, noSessions: 0 });
});

test("a slow server: every caller waits for the one refresh, in every tab", async ({ tabs, server }) => {
  const all = await tabs(4);
  await all[0].signIn("ada");
  await expectAll(all, "active");
  await server.trouble({ slowMs: 1500 });
  const answers = await Promise.all([...all, ...all].map((tab) => tab.refresh()));
  expect(answers).toEqual(answers.map(() => "ok"));
  expect(await server.metrics()).toMatchObject({ refreshRequests: 1, refreshes: 1, reuses: 0 });
  await expectUnharmed(all);
});

for (const [what, trouble] of [
  ["429 with Retry-After", { status: 429, retryAfter: 1 }],
  ["503 with JSON", { status: 503, body: "json" }],
  ["503 with an HTML page", { status: 503, body: "html" }],
  ["500", { status: 500 }],
  ["403 of a firewall", { status: 403, body: "html" }],
  ["401 of a proxy, an HTML page", { status: 401, body: "html" }],
  ["404 with an HTML page", { status: 404, body: "html" }],
] as const)
  test(`T4 F14 F15 ${what} ends nothing: the session goes on and is refreshed later`, async ({
    tabs,
    server,
  }) => {
    const [a, b] = await tabs(2);
    await a.signIn("ada");
    await server.trouble({ status: trouble });
    expect(await a.refresh()).toBe("ERR_UNAVAILABLE");
    await expectAll([a, b], "active");
    for (const tab of [a, b]) await expect.poll(() => tab.heard("retrying")).not.toEqual([]);
    // A valid credential stays in use.
    expect(await a.call()).toBe(200);
    for (const tab of [a, b]) {
      await expect.poll(() => tab.heard("recovered"), { timeout: 15_000 }).not.toEqual([]);
      expect((await tab.state()).connection).toBe("ok");
    }
    await expectSequence([a, b], 1);
    await expectUnharmed([a, b]);
    expect(await server.metrics()).toMatchObject({ refreshRequests: 2, refreshes: 1, reuses: 0 });
  });

test("T4 F4 200 with an HTML page, as from a hotel's network, is no reply: the server is asked again with the same key", async ({
  tabs,
  server,
  context,
}) => {
  const [a, b] = await tabs(2);
  await a.signIn("ada");
  const keys: (string | undefined)[] = [];
  context.on("request", (request) => {
    if (request.url().endsWith("/refresh")) keys.push(request.headers()["idempotency-key"]);
  });
  await server.trouble({ status: { status: 200, body: "html" } });
  expect(await a.refresh()).toBe("ok");
  expect(keys).toEqual([expect.any(String), keys[0]]);
  await expectSequence([a, b], 1);
  await expectUnharmed([a, b]);
  expect(await server.metrics()).toMatchObject({ refreshRequests: 2, refreshes: 1, reuses: 0 });
});

test("F14 what the server asks for in Retry-After holds for all tabs", async ({ tabs, server, context }) => {
  const all = await tabs(4);
  await all[0].signIn("ada");
  await expectAll(all, "active");
  const at: number[] = [];
  context.on("request", (request) => {
    if (request.url().endsWith("/refresh")) at.push(Date.now());
  });
  const retryAfter = 3;
  await server.trouble({ status: { status: 429, retryAfter } });
  const answers = await Promise.all(all.map((tab) => tab.refresh()));
  for (const answer of answers) expect(answer).toBe("ERR_UNAVAILABLE");
  expect(at).toHaveLength(1);
  await expectSequence(all, 1);
  expect(at).toHaveLength(2);
  expect((at[1] as number) - (at[0] as number)).toBeGreaterThanOrEqual(retryAfter * 1000);
  await expectUnharmed(all);
  expect(await server.metrics()).toMatchObject({ refreshRequests: 2, refreshes: 1, reuses: 0 });
});

test("T1 a refresh that is refused ends the session in every tab, and says that the server did", async ({
  tabs,
  server,
}) => {
  const [a, b] = await tabs(2);
  await a.signIn("ada");
  await server.trouble({ rejectNextRefresh: true });
  expect(await a.refresh()).toBe("ERR_SESSION_ENDED");
  await a.expectClosed("server");
  await b.expectClosed("server");
  for (const tab of [a, b]) expect(await tab.state()).toMatchObject({ reason: "rejected" });
  expect(await server.metrics()).toMatchObject({ refreshRequests: 1, refreshes: 0, invalidGrants: 1 });
  await b.signIn("ada");
  await expectAll([a, b], "active");
});
