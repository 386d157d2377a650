import { type Line, lineTo } from "../support/line.js";
import { cookieHeader } from "../support/profile.js";
import { expectSequence, expectUnharmed } from "../support/tab.js";
import { test as base, expect } from "../support/test.js";
import { stopDead } from "../support/waking.js";

// `@alone`: servers that share their sessions are told the address that browsers know them by, which is not the line's.
const test = base.extend<{ line: Line }>({
  line: async ({ server }, use) => {
    const line = await lineTo(server.origin);
    await use(line);
    line.close();
  },
  baseURL: async ({ line }, use) => use(line.origin),
});

test.use({ env: { REQUEST_TIMEOUT: "1s" } });

test("F1 F4 T1 a request arrives after its caller has asked again and refreshed once more: nobody is signed out @alone", async ({
  tabs,
  server,
  line,
}) => {
  const [a, b] = await tabs(2);
  await a.signIn("ada");
  const request = line.hold("request", "/refresh");
  expect(await a.refresh()).toBe("ERR_TIMEOUT");
  // By itself, under the same key.
  await expectSequence([a, b], 1);
  expect(await b.refresh()).toBe("ok");
  expect(await server.metrics()).toMatchObject({ refreshRequests: 2, refreshes: 2 });

  request.letGo();
  await expect.poll(async () => (await server.metrics()).lateAttempts).toBe(1);
  expect(await a.refresh()).toBe("ok");
  expect(await server.metrics()).toMatchObject({ refreshes: 3, reuses: 0, invalidGrants: 0 });
  await expectUnharmed([a, b]);
});

test("F1 F4 T1 F8 a reply arrives after that of the next refresh, in a tab that hung meanwhile: nobody is signed out @alone", async ({
  tabs,
  server,
  line,
  context,
}) => {
  const [hung, other] = await tabs(2);
  await hung.signIn("ada");
  await other.page.bringToFront();
  const reply = line.hold("reply", "/refresh");
  await hung.page.evaluate(() => {
    demo.session.refresh().catch(() => {});
  });
  await expect.poll(async () => (await server.metrics()).refreshes).toBe(1);
  const goOn = await stopDead(hung.page);
  // Takes the lock, and gets the same successor; then the next.
  expect(await other.refresh()).toBe("ok");
  expect(await other.refresh()).toBe("ok");
  expect(await server.metrics()).toMatchObject({ refreshes: 2, replays: 1 });

  const before = await cookieHeader(context);
  reply.letGo();
  await expect.poll(() => cookieHeader(context)).not.toBe(before);
  expect(await other.refresh()).toBe("ok");
  await goOn();
  await expectSequence([hung, other], 3);
  expect(await server.metrics()).toMatchObject({ refreshes: 3, reuses: 0, invalidGrants: 0 });
  await expectUnharmed([hung, other]);
});
