import { expect, test } from "vitest";
import { answer, type Browser } from "./support/browser.js";
import { HOUR, MINUTE, SECOND } from "./support/clock.js";
import { serve } from "./support/server.js";

const PASSWORD = { password: "lovelace" };
const reauthenticate = (browser: Browser, body: object = PASSWORD) =>
  browser.post("/session/reauthenticate", body);
const transfer = (browser: Browser, from = "N1", to = "N4") => browser.post("/api/transfers", { from, to });
const bed = async (browser: Browser, id: string) => {
  const { beds } = (await (await browser.get("/api/beds")).json()) as {
    beds: { id: string; patient: string }[];
  };
  return beds.find((it) => it.id === id)?.patient;
};

test("T6 whoever has just signed in transfers a patient, and everybody sees it", async () => {
  const server = await serve();
  const [ada, alan] = [await server.browser().signIn("ada"), await server.browser().signIn("alan")];
  expect((await transfer(ada)).status).toBe(201);
  expect([await bed(alan, "N1"), await bed(alan, "N4")]).toEqual([null, "M. K."]);
  const again = await server.restart();
  const later = await again.browser().signIn();
  expect([await bed(later, "N1"), await bed(later, "N4")]).toEqual([null, "M. K."]);
});

test("T6 a password that was given too long ago is asked for as RFC 9470 has it, and nobody is signed out", async () => {
  const server = await serve({ TRANSFER_MAX_AGE: "90500ms" });
  const browser = await server.browser().signIn();
  server.clock.advance(90_500);
  expect((await transfer(browser, "N1", "N4")).status).toBe(201);
  server.clock.advance(1);
  const reply = await transfer(browser, "N2", "N1");
  expect(reply.headers.get("www-authenticate")).toMatch(
    /^Bearer error="insufficient_user_authentication", error_description="[\w ]+", max_age="90"$/,
  );
  expect(await answer(reply)).toEqual({ status: 401, body: { error: "insufficient_user_authentication" } });
  expect(await bed(browser, "N2")).toBe("T. O.");
  expect((await browser.get("/session")).status).toBe(200);
  expect(await server.metrics()).toMatchObject({ stepUps: 1, noSessions: 0, invalidTokens: 0 });
});

test("T6 S3 neither a touch nor a refresh makes the password younger", async () => {
  const server = await serve({ TRANSFER_MAX_AGE: "1m" });
  const browser = await server.browser().signIn();
  server.clock.advance(MINUTE + 1);
  await browser.post("/session/touch");
  await browser.refresh("k");
  expect(await answer(browser.get("/session"))).toMatchObject({ body: { authenticatedAgo: 60.001 } });
  expect((await transfer(browser)).status).toBe(401);
});

test("T6 S2 S4 the password again: a new id and refresh token for the same session with the same limit, and it may transfer", async () => {
  const server = await serve({ TRANSFER_MAX_AGE: "1m", ABSOLUTE_TIMEOUT: "8h" });
  const browser = await server.browser().signIn();
  const { body: before } = await answer(browser.get("/session"));
  server.clock.advance(10 * MINUTE);
  const old = browser.copy();
  expect(await answer(reauthenticate(browser))).toEqual({
    status: 200,
    body: {
      ...(before as object),
      idleExpiresIn: 900,
      absoluteExpiresIn: 8 * 3600 - 600,
      accessExpiresIn: 300,
      authenticatedAgo: 0,
    },
  });
  expect(browser.cookies.get("sid")).not.toBe(old.cookies.get("sid"));
  expect([...browser.cookies.values()]).not.toContain(old.cookies.get(old.tokenCookie));
  expect((await transfer(browser)).status).toBe(201);
  expect((await browser.refresh("k")).status).toBe(200);
  expect(await server.metrics()).toMatchObject({ signIns: 1, reauthentications: 1, refreshes: 1 });
  expect(server.audit.map(({ event, reason }) => [event, reason])).toEqual([
    ["started", undefined],
    ["reauthenticated", undefined],
    ["ended", "renewed"],
    ["rotated", undefined],
  ]);
});

test("S4 the old id never counts as freshly authenticated, and is dead as soon as the new one comes", async () => {
  const server = await serve({ TRANSFER_MAX_AGE: "1m" });
  const browser = await server.browser().signIn();
  server.clock.advance(2 * MINUTE);
  const old = browser.copy();
  await reauthenticate(browser);
  // The reply is on its way: requests of other tabs are answered, but not as if the password had come with them.
  expect((await old.get("/session")).status).toBe(200);
  expect((await transfer(old)).status).toBe(401);
  await browser.get("/session");
  const outcomes = await Promise.all(
    [old.get("/session"), old.post("/session/touch"), old.refresh("k"), reauthenticate(old)].map(answer),
  );
  // It is told that its session goes on elsewhere: a tab that is late must not take that for the end.
  for (const it of outcomes) expect(it).toEqual({ status: 409, body: { error: "other_session" } });
  expect(await answer(old.get("/api/notes"))).toEqual({
    status: 401,
    body: { error: "no_session", reason: "renewed" },
  });
  expect((await browser.get("/session")).status).toBe(200);
  expect((await browser.refresh("k")).status).toBe(200);
});

test("T6 the reply with the new id is lost: the old one goes on, and the password can be given once more", async () => {
  const server = await serve({ TRANSFER_MAX_AGE: "1m" });
  const browser = await server.browser().signIn();
  server.clock.advance(2 * MINUTE);
  const lost = browser.copy();
  await reauthenticate(lost);
  server.clock.advance(5 * MINUTE);
  expect((await browser.refresh("k")).status).toBe(200);
  expect((await browser.post("/session/touch")).status).toBe(200);
  expect((await reauthenticate(browser)).status).toBe(200);
  expect((await transfer(browser)).status).toBe(201);
  // The id that was lost is nobody's.
  expect((await lost.get("/session")).status).toBe(409);
});

test.each([
  ["the user signs out with the old id", (old: Browser) => old.post("/logout")],
  ["somebody signs in over the old id", (old: Browser) => old.signIn("alan")],
])("S6 %s before the new one has come: both are dead", async (_, end) => {
  const server = await serve();
  const browser = await server.browser().signIn();
  const old = browser.copy();
  await reauthenticate(browser);
  await end(old.copy());
  for (const it of [old, browser])
    expect(await answer(it.get("/session"))).toMatchObject({ status: 401, body: { reason: "ended" } });
});

const epochOf = async (browser: Browser) =>
  ((await (await browser.get("/session")).json()) as { epoch: number }).epoch;

/** How a session ends that goes on under another id than that of this browser. */
const ENDS = [
  ["the user signs out", async (late: Browser) => late.post("/logout")],
  [
    "naming the session, the user signs out",
    async (late: Browser, epoch: number) => late.post("/logout", { epoch }),
  ],
  ["somebody signs in", async (late: Browser) => late.signIn("alan")],
] as const;

test.each(ENDS)(
  "S6 %s with the old id when the new one has come already: what is confirmed is so",
  async (_, end) => {
    const server = await serve();
    const browser = await server.browser().signIn();
    const late = browser.copy();
    await reauthenticate(browser);
    const epoch = await epochOf(browser);
    // Twice over: the id before the one before is of the same session.
    await reauthenticate(browser);
    await browser.get("/session");
    await end(late, epoch);
    expect(await answer(browser.get("/session"))).toMatchObject({ status: 401, body: { reason: "ended" } });
    expect((await browser.refresh("k")).status).toBe(401);
  },
);

test.each(ENDS)(
  "S6 the replies of two tries come in the other order, and %s: what is confirmed is so",
  async (_, end) => {
    const server = await serve();
    const browser = await server.browser().signIn();
    const [first, second] = [browser.copy(), browser.copy()];
    await reauthenticate(first);
    await reauthenticate(second);
    const epoch = await epochOf(second);
    expect((await first.get("/session")).status).toBe(409);
    await end(first, epoch);
    expect(await answer(second.get("/session"))).toMatchObject({ status: 401, body: { reason: "ended" } });
  },
);

test("S6 the sign-out with the old id counts once, and expires the cookies that it came with", async () => {
  const server = await serve();
  const browser = await server.browser().signIn();
  const late = browser.copy();
  await reauthenticate(browser);
  await browser.get("/session");
  const again = late.copy();
  const reply = await late.post("/logout");
  expect(reply.headers.get("clear-site-data")).toBe('"cache", "storage"');
  expect(late.cookies.size).toBe(0);
  expect((await again.post("/logout")).headers.getSetCookie()).toEqual([]);
  expect(await server.metrics()).toMatchObject({ signOuts: 1 });
  expect(server.audit.map(({ event, reason }) => [event, reason]).slice(2)).toEqual([
    ["ended", "renewed"],
    ["ended", "ended"],
  ]);
});

test("the late word of an earlier end ends nothing under an old id either", async () => {
  const server = await serve();
  const browser = await server.browser().signIn();
  const before = await epochOf(browser);
  await browser.signIn();
  const late = browser.copy();
  await reauthenticate(browser);
  await browser.get("/session");
  const reply = await late.post("/logout", { epoch: before });
  expect([reply.status, reply.headers.get("clear-site-data")]).toEqual([204, null]);
  expect((await browser.get("/session")).status).toBe(200);
});

test("S6 an operator ends the session under both its ids", async () => {
  const server = await serve();
  const browser = await server.browser().signIn();
  const old = browser.copy();
  await reauthenticate(browser);
  await server.trouble({ endSession: "ada" });
  for (const it of [old, browser]) expect((await it.get("/session")).status).toBe(401);
});

test("T6 a wrong password changes nothing", async () => {
  const server = await serve({ TRANSFER_MAX_AGE: "1m" });
  const browser = await server.browser().signIn();
  server.clock.advance(2 * MINUTE);
  const sid = browser.cookies.get("sid");
  for (const password of ["turing", "", "LOVELACE"])
    expect(await answer(reauthenticate(browser, { password }))).toEqual({
      status: 401,
      body: { error: "bad_credentials" },
    });
  expect(browser.cookies.get("sid")).toBe(sid);
  expect((await browser.get("/session")).status).toBe(200);
  expect((await transfer(browser)).status).toBe(401);
  expect(await server.metrics()).toMatchObject({ signInFailures: 3, reauthentications: 0 });
});

test("T6 guessing the password at a forgotten desk is slowed down", async () => {
  const server = await serve({ LOGIN_RATE: "3" });
  const browser = await server.browser().signIn();
  const tries = [];
  for (let i = 0; i < 4; i++) tries.push((await reauthenticate(browser, { password: `${i}` })).status);
  expect(tries).toEqual([401, 401, 401, 429]);
  // The right one is not tried either.
  expect((await reauthenticate(browser)).status).toBe(429);
});

test.each([
  ["nobody is signed in", async (browser: Browser) => browser.cookies.clear(), "none"],
  ["an id was made up", async (browser: Browser) => void browser.cookies.set("sid", "A".repeat(43)), "none"],
  [
    "the session was signed out",
    async (browser: Browser) => void (await browser.copy().post("/logout")),
    "ended",
  ],
])("S5 %s: the password opens no session by itself", async (_, before, reason) => {
  const server = await serve();
  const browser = await server.browser().signIn();
  await before(browser);
  expect(await answer(reauthenticate(browser))).toEqual({
    status: 401,
    body: { error: "no_session", reason },
  });
});

test("S1 S2 the password again revives nothing, and moves no absolute limit", async () => {
  const server = await serve({ IDLE_TIMEOUT: "15m", ABSOLUTE_TIMEOUT: "20m" });
  const idle = await server.browser().signIn();
  server.clock.advance(15 * MINUTE);
  expect(await answer(reauthenticate(idle))).toMatchObject({ status: 401, body: { reason: "idle" } });
  const browser = await server.browser().signIn();
  server.clock.advance(14 * MINUTE);
  await reauthenticate(browser);
  server.clock.advance(6 * MINUTE - SECOND);
  expect((await browser.get("/session")).status).toBe(200);
  server.clock.advance(SECOND);
  expect(await answer(browser.get("/session"))).toMatchObject({ status: 401, body: { reason: "absolute" } });
});

test("T6 a clock that was set back makes no password younger than just given", async () => {
  const server = await serve();
  const browser = await server.browser().signIn();
  server.clock.advance(-HOUR);
  expect(await answer(browser.get("/session"))).toMatchObject({ body: { authenticatedAgo: 0 } });
});

test.each([
  ["to a bed that is taken", "N1", "N2", 409],
  ["from a bed that is empty", "N4", "S5", 409],
  ["to the same bed", "N1", "N1", 409],
  ["to no bed", "N1", "N7", 400],
  ["from no bed", "", "N4", 400],
])("a transfer %s moves nobody", async (_, from, to, status) => {
  const server = await serve();
  const browser = await server.browser().signIn();
  const before = await (await browser.get("/api/beds")).text();
  expect((await transfer(browser, from, to)).status).toBe(status);
  expect(await (await browser.get("/api/beds")).text()).toBe(before);
});

test("T6 the late reply to a refresh under the old id takes nothing from the new one", async () => {
  const server = await serve();
  const browser = await server.browser().signIn();
  const late = browser.copy();
  await reauthenticate(browser);
  expect((await late.refresh("k1")).status).toBe(200);
  browser.cookies.set(late.tokenCookie, late.cookies.get(late.tokenCookie) ?? "");
  expect((await browser.refresh("k2")).status).toBe(200);
  expect(await server.metrics()).toMatchObject({ reuses: 0 });
});
