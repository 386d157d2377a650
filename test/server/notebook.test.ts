import { expect, test } from "vitest";
import { answer } from "./support/browser.js";
import { HOUR } from "./support/clock.js";
import { serve } from "./support/server.js";

const note = { bedId: "N2", text: "Fever again at 4.", priority: "watch" } as const;

test("beds and notes are there for whoever is signed in", async () => {
  const server = await serve();
  const browser = await server.browser().signIn();
  const { beds } = (await (await browser.get("/api/beds")).json()) as { beds: { id: string }[] };
  expect(beds).toHaveLength(12);
  expect(beds[0]).toEqual({ id: "N1", ward: "North", patient: "M. K.", status: "stable" });
  const { notes } = (await (await browser.get("/api/notes")).json()) as { notes: { bedId: string }[] };
  expect(notes.map(({ bedId }) => bedId)).toEqual(["N6", "S2", "N5"]);
});

test("and closed to everybody else", async () => {
  const server = await serve();
  for (const path of ["/api/beds", "/api/notes", "/api/draft"]) {
    expect(await answer(server.browser().get(path)), path).toEqual({
      status: 401,
      body: { error: "no_session", reason: "none" },
    });
  }
});

test("a note is read by the next shift, the newest first, also after a restart", async () => {
  const server = await serve();
  const ada = await server.browser().signIn("ada");
  const written = await answer(ada.post("/api/notes", note));
  expect(written).toEqual({
    status: 201,
    body: {
      note: { id: expect.any(String), ...note, author: "Ada Lovelace", writtenAt: server.clock.now() },
    },
  });
  const again = await server.restart();
  const alan = await again.browser().signIn("alan");
  const { notes } = (await (await alan.get("/api/notes")).json()) as { notes: unknown[] };
  expect(notes).toHaveLength(4);
  expect(notes[0]).toEqual((written.body as { note: unknown }).note);
});

test("a note that says nothing, or too much, or about nobody, is refused", async () => {
  const server = await serve();
  const browser = await server.browser().signIn();
  for (const change of [
    { bedId: "X9" },
    { bedId: "" },
    { text: " \n" },
    { text: "x".repeat(2001) },
    { priority: "now" },
    { author: "Grace Hopper" },
  ]) {
    const refused = await answer(browser.post("/api/notes", { ...note, ...change }));
    expect(refused, JSON.stringify(change)).toMatchObject({
      status: 400,
      body: { error: "invalid_request" },
    });
  }
  expect(((await (await browser.get("/api/notes")).json()) as { notes: unknown[] }).notes).toHaveLength(3);
});

test("A4 a draft survives the end of the session, for the same user", async () => {
  const server = await serve();
  const browser = await server.browser().signIn("ada");
  expect(await answer(browser.get("/api/draft"))).toEqual({ status: 200, body: { draft: null } });
  const draft = { bedId: "", text: "She asked for", priority: "routine", savedAt: server.clock.now() };
  expect(
    await answer(browser.put("/api/draft", { bedId: "", text: "She asked for", priority: "routine" })),
  ).toEqual({
    status: 200,
    body: { draft },
  });

  server.clock.advance(HOUR);
  expect((await browser.get("/api/draft")).status).toBe(401);
  await browser.signIn("ada");
  expect(await answer(browser.get("/api/draft"))).toEqual({ status: 200, body: { draft } });
});

test("A4 another user at the same desk never sees it, nor loses it for the first", async () => {
  const server = await serve();
  const browser = await server.browser().signIn("ada");
  await browser.put("/api/draft", note);
  await browser.signIn("alan");
  expect(await answer(browser.get("/api/draft"))).toEqual({ status: 200, body: { draft: null } });
  await browser.put("/api/draft", { ...note, text: "Alan's" });
  expect((await browser.delete("/api/draft")).status).toBe(204);
  await browser.signIn("ada");
  expect(await answer(browser.get("/api/draft"))).toMatchObject({
    status: 200,
    body: { draft: { text: note.text } },
  });
});

test("a draft that is dropped is gone, and dropping it twice is no error", async () => {
  const server = await serve();
  const browser = await server.browser().signIn();
  await browser.put("/api/draft", note);
  expect((await browser.delete("/api/draft")).status).toBe(204);
  expect((await browser.delete("/api/draft")).status).toBe(204);
  expect(await answer(browser.get("/api/draft"))).toEqual({ status: 200, body: { draft: null } });
});

test("a draft about a bed that is not there is refused", async () => {
  const server = await serve();
  const browser = await server.browser().signIn();
  expect((await browser.put("/api/draft", { ...note, bedId: "X9" })).status).toBe(400);
});
