import { cookieHeader } from "./support/profile.js";
import { expectAll } from "./support/tab.js";
import { expect, test } from "./support/test.js";

test("F27 I22 signing out in one tab closes all, and the others say where it came from @everyday", async ({
  tabs,
  server,
}) => {
  const all = await tabs(4);
  const [a, b, ...others] = all;
  await a.signIn("ada");
  await expectAll(all, "active");

  await b.signOutButton.click();

  await b.expectClosed("here");
  for (const tab of [a, ...others]) {
    await tab.expectClosed("otherTab");
    expect(await tab.state()).toMatchObject({ reason: "logout", origin: "other-tab" });
    expect(await tab.call()).toBe("ERR_SESSION_ENDED");
  }
  await expect.poll(async () => (await server.metrics()).signOuts).toBe(1);
});

test("S6 after a sign-out the cookies are worth nothing, whoever kept them", async ({
  tabs,
  context,
  server,
}) => {
  const [a] = await tabs(1);
  await a.signIn("ada");
  const Cookie = await cookieHeader(context);
  await a.signOutButton.click();
  await a.expectClosed("here");
  await expect.poll(() => context.cookies()).toEqual([]);

  const replay = async (path: string, method = "GET") => {
    const reply = await fetch(server.origin + path, { method, headers: { Cookie, "X-Sojourn": "1" } });
    return [reply.status, (await reply.json()).error];
  };
  expect(await replay("/session")).toEqual([401, "no_session"]);
  expect(await replay("/api/notes")).toEqual([401, "no_session"]);
  expect(await replay("/session/touch", "POST")).toEqual([401, "no_session"]);
  expect(await replay("/refresh", "POST")).toEqual([401, "invalid_grant"]);
});

test("S8 the reply to a sign-out clears the cache and the storage, and no cookies but its own", async ({
  tabs,
}) => {
  const [a] = await tabs(1);
  await a.signIn("ada");
  const reply = a.page.waitForResponse(/\/logout$/);
  await a.signOutButton.click();
  expect(await (await reply).headerValue("clear-site-data")).toBe('"cache", "storage"');
  await a.expectClosed("here");
});

test("S7 a server that cannot be reached holds no sign-out up: every tab is out, and it is told later @everyday", async ({
  tabs,
  server,
}) => {
  const [a, b] = await tabs(2);
  await a.signIn("ada");
  await server.trouble({ down: true });
  await a.signOutButton.click();
  await a.expectClosed("here");
  await b.expectClosed("otherTab");
  await expect(a.page.getByText(/The server did not answer/)).toBeVisible();
  expect((await server.metrics()).signOuts).toBe(0);

  // A tab that starts meanwhile shows nothing of the session that the server still knows.
  const late = a.page.context().newPage();
  await (await late).goto("/");
  await expect((await late).getByRole("textbox", { name: "Note", exact: true })).toBeHidden();

  await server.trouble({ down: false });
  await expect.poll(async () => (await server.metrics()).signOuts, { timeout: 20_000 }).toBe(1);
  await a.page.reload();
  await expect(a.username).toBeVisible();
});

test("F29 a refresh that is under way brings no session back that was signed out meanwhile", async ({
  tabs,
  server,
}) => {
  const [a, b] = await tabs(2);
  await a.signIn("ada");
  await server.trouble({ slowMs: 1500 });
  const refreshing = a.refresh();
  await expect.poll(async () => (await server.metrics()).refreshRequests).toBe(1);
  await b.signOutButton.click();
  await b.expectClosed("here");
  await a.expectClosed("otherTab");
  expect(await refreshing).toBe("ERR_SESSION_ENDED");
  await expect.poll(async () => (await server.metrics()).signOuts).toBe(1);
  await server.trouble({ slowMs: 0 });
  for (const tab of [a, b]) expect(await tab.heard("refreshed")).toEqual([]);
  await a.page.reload();
  await expect(a.username).toBeVisible();
});

test("S12 every page of a signed-in user has a visible sign-out", async ({ tabs }) => {
  const [a] = await tabs(1);
  await a.signIn("ada");
  await expect(a.signOutButton).toBeInViewport({ ratio: 1 });
  await a.page.setViewportSize({ width: 320, height: 640 });
  await expect(a.signOutButton).toBeInViewport({ ratio: 1 });
});

test("S13 a session that an operator ends shows at the next contact, in every tab", async ({
  tabs,
  server,
}) => {
  const [a, b] = await tabs(2);
  await a.signIn("ada");
  await server.trouble({ endSession: "ada" });
  expect(await a.call()).toBe("ERR_SESSION_ENDED");
  await a.expectClosed("server");
  await b.expectClosed("server");
});
