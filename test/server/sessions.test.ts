import { createSessionServer, openMemory } from "sojourn/server";
import { expect, test } from "vitest";
import { answer, type Browser } from "./support/browser.js";
import { HOUR, ManualClock, MINUTE } from "./support/clock.js";
import { serve } from "./support/server.js";

interface Item {
  readonly epoch: number;
  readonly current: boolean;
}

const list = async (browser: Browser): Promise<Item[]> => {
  const { status, body } = await answer(browser.get("/sessions"));
  expect(status).toBe(200);
  return (body as { sessions: Item[] }).sessions;
};
const statusOf = async (browser: Browser) => (await browser.get("/session")).status;

test("S13 users see their own living sessions: where and when each began, when it was used, which is this one", async () => {
  const server = await serve();
  const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
  const [desk, phone, gone] = [server.browser(), server.browser(), server.browser()];
  const credentials = { username: "ada", password: "lovelace" };
  await desk.post("/login", credentials, { "user-agent": firefox });
  server.clock.advance(2 * MINUTE);
  await phone.post("/login", credentials, { "user-agent": "nonsense" });
  await gone.signIn();
  await gone.post("/logout");
  await server.browser().signIn("alan");
  server.clock.advance(MINUTE);
  await desk.post("/session/touch");
  server.clock.advance(MINUTE);

  expect(await answer(phone.get("/sessions"))).toEqual({
    status: 200,
    body: {
      sessions: [
        {
          epoch: expect.any(Number),
          current: true,
          startedAgo: 120,
          seenAgo: 120,
          startedFrom: "A browser",
        },
        {
          epoch: expect.any(Number),
          current: false,
          startedAgo: 240,
          seenAgo: 60,
          startedFrom: "Firefox on Linux",
        },
      ],
    },
  });
  expect((await list(desk)).map(({ current }) => current)).toEqual([false, true]);
  // A look at the list is no sign of the user.
  expect(await answer(phone.get("/session"))).toMatchObject({ body: { idleExpiresIn: 780 } });
});

test("S13 one other session is ended by its name, and learns of it at its next contact", async () => {
  const server = await serve();
  const [desk, phone, tablet] = [
    await server.browser().signIn(),
    await server.browser().signIn(),
    await server.browser().signIn(),
  ];
  const [, , { epoch }] = (await list(tablet)) as [Item, Item, Item];
  expect(await answer(tablet.delete(`/sessions/${epoch}`))).toEqual({ status: 200, body: { ended: 1 } });
  expect(await answer(desk.refresh("k"))).toEqual({
    status: 401,
    body: { error: "invalid_grant", reason: "ended" },
  });
  expect([await statusOf(phone), await statusOf(tablet)]).toEqual([200, 200]);
  expect(await answer(tablet.delete(`/sessions/${epoch}`))).toEqual({ status: 200, body: { ended: 0 } });
  expect(await server.metrics()).toMatchObject({ othersEnded: 1, signOuts: 0 });
});

test("S13 all others are ended at once, this one stays, and nobody else's is touched", async () => {
  const server = await serve();
  const [desk, phone, alan] = [
    await server.browser().signIn(),
    await server.browser().signIn(),
    await server.browser().signIn("alan"),
  ];
  const alans = (await list(alan))[0]?.epoch;
  expect(await answer(phone.delete(`/sessions/${alans}`))).toEqual({ status: 200, body: { ended: 0 } });
  const { epoch: own } = (await list(phone))[0] as Item;
  expect(await answer(phone.delete(`/sessions/${own}`))).toEqual({ status: 200, body: { ended: 0 } });
  expect(await answer(phone.delete("/sessions"))).toEqual({ status: 200, body: { ended: 1 } });
  expect([await statusOf(desk), await statusOf(phone), await statusOf(alan)]).toEqual([401, 200, 200]);
});

test("S13 T6 ending others needs the password within the last minutes; looking does not", async () => {
  const server = await serve();
  const [desk, phone] = [await server.browser().signIn(), await server.browser().signIn()];
  server.clock.advance(5 * MINUTE + 1);
  expect(await list(phone)).toHaveLength(2);
  for (const path of ["/sessions", "/sessions/1"]) {
    const refused = await phone.delete(path);
    expect(refused.headers.get("www-authenticate")).toContain('max_age="300"');
    expect(await answer(refused)).toEqual({
      status: 401,
      body: { error: "insufficient_user_authentication" },
    });
  }
  expect(await statusOf(desk)).toBe(200);
  await phone.post("/session/reauthenticate", { password: "lovelace" });
  expect(await answer(phone.delete("/sessions"))).toEqual({ status: 200, body: { ended: 1 } });
});

test("S13 S4 a session that goes on under a new id is one session, and its end is the end of both ids", async () => {
  const server = await serve();
  const [desk, phone] = [await server.browser().signIn(), await server.browser().signIn()];
  const old = desk.copy();
  await desk.post("/session/reauthenticate", { password: "lovelace" });
  expect(await list(phone)).toHaveLength(2);
  expect(await answer(phone.delete("/sessions"))).toEqual({ status: 200, body: { ended: 1 } });
  expect([await statusOf(old), await statusOf(desk)]).toEqual([401, 401]);

  const again = await server.browser().signIn();
  await again.post("/session/reauthenticate", { password: "lovelace" });
  await again.get("/session");
  expect(await list(phone)).toHaveLength(2);
});

test.each(["GET", "DELETE"])("S13 whoever has no session sees and ends none: %s", async (method) => {
  const server = await serve();
  const browser = await server.browser().signIn();
  const ask = (it: Browser) => (method === "GET" ? it.get("/sessions") : it.delete("/sessions"));
  expect(await answer(ask(server.browser()))).toMatchObject({
    status: 401,
    body: { error: "no_session", reason: "none" },
  });
  await browser.copy().post("/session/reauthenticate", { password: "lovelace" });
  const old = browser.copy();
  await browser.post("/session/reauthenticate", { password: "lovelace" });
  await browser.get("/session");
  expect((await ask(old)).status).toBe(409);
});

test("S13 all sessions of a user are found without a walk over everybody's, after many have come and gone", async () => {
  const clock = new ManualClock();
  const store = openMemory(clock);
  const auth = createSessionServer({
    ...{ clock, secret: new Uint8Array(32), user: (id: string) => ({ id }) },
    store: {
      ...store,
      list: () => {
        throw new Error("a walk");
      },
    },
  });
  const signIn = (userId: string) =>
    auth.signIn(
      new Request("http://localhost/login", { method: "POST", headers: { "x-sojourn": "1" } }),
      userId,
    );
  const indexed = async (userId: string) =>
    Object.keys((await store.get<object>(`sessions-of/${userId}`)) ?? {}).length;

  await Promise.all(Array.from({ length: 20 }, (_, i) => signIn(i % 2 ? "ada" : "alan")));
  expect([await indexed("ada"), await indexed("alan")]).toEqual([10, 10]);
  expect([await auth.endAllOf("ada"), await auth.endAllOf("ada")]).toEqual([10, 0]);
  expect([await indexed("ada"), await indexed("alan")]).toEqual([0, 10]);

  // Those that time has ended are forgotten when somebody looks, or when the next one begins.
  clock.advance(15 * MINUTE);
  expect(await auth.endAllOf("alan")).toBe(0);
  expect(await indexed("alan")).toBe(0);
  await signIn("alan");
  clock.advance(8 * HOUR);
  await signIn("alan");
  expect(await indexed("alan")).toBe(1);
  // A key that leads nowhere, as a crash may leave it, does no harm.
  await store.update<Record<string, number>, void>("sessions-of/alan", (index) => ({
    put: { ...index, "session/lost": clock.now() + HOUR },
    result: undefined,
  }));
  expect(await auth.endAllOf("alan")).toBe(1);
  expect(await indexed("alan")).toBe(0);
});
