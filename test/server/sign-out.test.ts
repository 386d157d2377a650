import { expect, test } from "vitest";
import { answer } from "./support/browser.js";
import { serve } from "./support/server.js";

test("S6 after signing out neither cookie opens anything, for whoever kept a copy", async () => {
  const server = await serve();
  const browser = await server.browser().signIn();
  const copy = browser.copy();
  expect((await browser.post("/logout")).status).toBe(204);

  expect(await answer(copy.get("/session"))).toEqual({
    status: 401,
    body: { error: "no_session", reason: "ended" },
  });
  expect(await answer(copy.post("/session/touch"))).toMatchObject({ status: 401, body: { reason: "ended" } });
  expect(await answer(copy.refresh("k"))).toEqual({
    status: 401,
    body: { error: "invalid_grant", reason: "ended" },
  });
  expect(await answer(copy.get("/api/notes"))).toMatchObject({ status: 401, body: { error: "no_session" } });
});

test("S6 not even the replay of a refresh that was answered before", async () => {
  const server = await serve();
  const browser = await server.browser().signIn();
  const copy = browser.copy();
  await browser.refresh("k1");
  await browser.post("/logout");
  expect((await copy.refresh("k1")).status).toBe(401);
});

test("F29 a refresh and a sign-out at once: the session is over, whoever came first", async () => {
  const server = await serve();
  for (let round = 0; round < 20; round += 1) {
    const browser = await server.browser().signIn();
    const refreshing = browser.copy();
    await Promise.all([refreshing.refresh("k"), browser.copy().post("/logout")]);
    expect((await refreshing.get("/session")).status).toBe(401);
    expect((await refreshing.refresh("k2")).status).toBe(401);
  }
});

test("S8 signing out clears this origin's cache and storage, and expires its own cookies only", async () => {
  const server = await serve();
  const browser = await server.browser().signIn();
  const reply = await browser.post("/logout");
  expect(reply.headers.get("clear-site-data")).toBe('"cache", "storage"');
  const expired = reply.headers.getSetCookie();
  expect(expired.map((cookie) => cookie.split("=")[0]?.replace(/\d+/, "EPOCH"))).toEqual([
    "sid",
    "rt.EPOCH.1",
  ]);
  for (const cookie of expired) expect(cookie).toMatch(/Max-Age=0; Path=\/; .*HttpOnly; SameSite=Strict/);
  expect(browser.cookies.size).toBe(0);
});

test("signing out twice, or with no session, is 204 too and counts once", async () => {
  const server = await serve();
  const browser = await server.browser().signIn();
  const copy = browser.copy();
  expect((await browser.post("/logout")).status).toBe(204);
  expect((await copy.post("/logout")).status).toBe(204);
  expect((await server.browser().post("/logout")).status).toBe(204);
  expect(await server.metrics()).toMatchObject({ signOuts: 1 });
});

test("S13 an end by the operator shows at the next contact, and in that user's sessions only", async () => {
  const server = await serve();
  const [desk, phone, alan] = [
    await server.browser().signIn("ada"),
    await server.browser().signIn("ada"),
    await server.browser().signIn("alan"),
  ];
  await server.trouble({ endSession: "ada" });
  for (const browser of [desk, phone]) {
    expect(await answer(browser.get("/session"))).toMatchObject({ status: 401, body: { reason: "ended" } });
  }
  expect((await alan.get("/session")).status).toBe(200);
});

test("a refused request does not expire cookies: they may be a newer session's", async () => {
  const server = await serve();
  const browser = await server.browser().signIn();
  const stale = browser.copy();
  await browser.post("/logout");
  for (const reply of [
    await stale.get("/session"),
    await stale.refresh("k"),
    await stale.get("/api/notes"),
  ]) {
    expect(reply.status).toBe(401);
    expect(reply.headers.getSetCookie()).toEqual([]);
  }
});

test("nor does the word of an end that the server knows: its reply may come after that of the next sign-in", async () => {
  const server = await serve();
  const browser = await server.browser().signIn("ada");
  const stale = browser.copy();
  await browser.signIn("alan");
  const late = await stale.post("/logout");
  expect(late.status).toBe(204);
  expect(late.headers.getSetCookie()).toEqual([]);
});

test("the late word of an old end does not end the session that came after it", async () => {
  const server = await serve();
  const browser = await server.browser().signIn();
  const { epoch: old } = (await (await browser.get("/session")).json()) as { epoch: number };
  await browser.signIn();

  const late = await browser.post("/logout", { epoch: String(old) });
  expect(late.status).toBe(204);
  expect(late.headers.get("clear-site-data")).toBeNull();
  expect(late.headers.getSetCookie()).toEqual([]);
  const now = await browser.get("/session");
  expect(now.status).toBe(200);

  const { epoch } = (await now.json()) as { epoch: number };
  const meant = await browser.post("/logout", { epoch: String(epoch) });
  expect(meant.headers.get("clear-site-data")).toBe('"cache", "storage"');
  expect((await browser.get("/session")).status).toBe(401);
});
