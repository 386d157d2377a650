import { expect, test } from "vitest";
import { alone, LASTING, MINUTE, outcome, SECOND, shows, signedIn } from "./support.js";

const lasting = { server: LASTING };

test("F26 T5 an API that always answers 401: two calls, one refresh, and the caller gets the 401", async () => {
  const { world, tab } = await alone();
  world.server.route("/api/never", () => ({
    status: 401,
    headers: { "www-authenticate": 'Bearer error="invalid_token"' },
    body: { error: "invalid_token" },
  }));
  const reply = await world.run(tab.session.fetch("/api/never"));
  expect(reply.status).toBe(401);
  expect(await reply.json()).toEqual({ error: "invalid_token" });
  expect(world.network.sent("/api/never")).toHaveLength(2);
  expect(world.network.sent("/refresh")).toHaveLength(1);
  expect(shows(tab)).toBe("active");
});

test("T5 a 401 for an expired credential: one refresh, one replay, the same request", async () => {
  const { world, tab } = await alone();
  world.server.limits.access = 1;
  await world.advance(SECOND);
  world.server.limits.access = 5 * MINUTE;
  world.server.sessions[0];
  const calls: [string, RequestInit | undefined][] = [
    ["/api/a", undefined],
    ["/api/b?q=1", { method: "POST", body: JSON.stringify({ note: "text" }), headers: { "X-Own": "kept" } }],
    ["/api/c", { method: "PUT", body: new URLSearchParams({ a: "b" }) }],
  ];
  for (const [url, init] of calls) {
    world.network.next(new URL(url, "https://app.test").pathname, {
      answer: { status: 401, body: { error: "invalid_token" } },
    });
    const before = world.network.log.length;
    expect((await world.run(tab.session.fetch(url, init))).status).toBe(200);
    const [first, refresh, second] = world.network.log.slice(before);
    expect(refresh.path).toBe("/refresh");
    expect({ ...second, at: 0 }).toMatchObject({
      url: first.url,
      method: first.method,
      headers: first.headers,
      body: first.body,
    });
  }
});

test("T5 any number of requests that get a 401 at once lead to one refresh", async () => {
  const { world, tabs } = await signedIn(5);
  world.server.limits.access = 30 * SECOND;
  await world.advance(MINUTE);
  world.server.limits.access = 5 * MINUTE;
  for (const path of ["/api/1", "/api/2", "/api/3"])
    for (const _ of tabs)
      world.network.next(path, { answer: { status: 401, body: { error: "invalid_token" } } });
  const calls = tabs.flatMap(({ session }) =>
    ["/api/1", "/api/2", "/api/3"].map((path) => session.fetch(path)),
  );
  const replies = await world.run(Promise.all(calls));
  expect(new Set(replies.map((reply) => reply.status))).toEqual(new Set([200]));
  expect(world.network.sent("/refresh")).toHaveLength(1);
});

test("T5 a 403 is passed on: no refresh, no replay", async () => {
  const { world, tab } = await alone();
  world.server.route("/api/secret", () => ({
    status: 403,
    headers: { "www-authenticate": 'Bearer error="insufficient_scope"' },
    body: { error: "insufficient_scope" },
  }));
  expect((await world.run(tab.session.fetch("/api/secret"))).status).toBe(403);
  expect(world.network.sent("/api/secret")).toHaveLength(1);
  expect(world.network.sent("/refresh")).toEqual([]);
});

test("T6 a 401 that asks for a stronger sign-in raises stepUp; no refresh, no sign-out", async () => {
  const { world, tab } = await alone();
  const told: unknown[] = [];
  tab.session.on("stepUp", (detail) => told.push(detail));
  const challenges = [
    'Bearer error="insufficient_user_authentication", acr_values="urn:gov:loa:3 myACR", max_age="300"',
    "Bearer max_age=5, error=insufficient_user_authentication",
    'Bearer error="insufficient_user_authentication"',
  ];
  for (const challenge of challenges) {
    world.server.route("/api/pay", () => ({
      status: 401,
      headers: { "www-authenticate": challenge },
      body: {},
    }));
    expect((await world.run(tab.session.fetch("/api/pay"))).status).toBe(401);
  }
  expect(told).toMatchObject([
    { acrValues: "urn:gov:loa:3 myACR", maxAge: 300 * SECOND },
    { maxAge: 5 * SECOND },
    {},
  ]);
  expect(world.network.sent("/api/pay")).toHaveLength(3);
  expect(world.network.sent("/refresh")).toEqual([]);
  expect(shows(tab)).toBe("active");
});

test("a 401 for a session that is dead at the server ends it here, with the reason", async () => {
  const { world, tab } = await alone();
  world.server.revoke();
  expect(await world.run(outcome(tab.session.fetch("/api/news")))).toBe("ERR_SESSION_ENDED");
  expect(shows(tab)).toBe("ended rejected");
});

test("a 401 while the server cannot refresh leaves the session alone", async () => {
  const { world, tab } = await alone();
  world.server.limits.access = 30 * SECOND;
  await world.advance(MINUTE);
  world.network.trouble = ({ path }) =>
    path === "/refresh" ? { answer: { status: 503, body: {} } } : undefined;
  expect(await world.run(outcome(tab.session.fetch("/api/news")))).toBe("ERR_UNAVAILABLE");
  expect(shows(tab)).toBe("active");
});

test("the custom header against CSRF goes with what changes something, and only to the configured origins", async () => {
  const { world, tab } = await alone(lasting);
  for (const method of ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"]) {
    await world.run(tab.session.fetch("/api/thing", { method }));
    const sent = world.network.sent("/api/thing").at(-1);
    const unsafe = !["GET", "HEAD", "OPTIONS"].includes(method);
    expect([sent?.method, sent?.headers["x-sojourn"]]).toEqual([method, unsafe ? "1" : undefined]);
    await world.run(tab.session.fetch("https://elsewhere.test/api/thing", { method }));
    expect(world.network.sent("/api/thing").at(-1)?.headers["x-sojourn"]).toBeUndefined();
  }
  const custom = world.tab({ fetch: { csrf: { "X-CSRF": "yes" } } });
  await world.run(custom.session.start());
  await world.run(custom.session.fetch("/api/thing", { method: "POST" }));
  expect(world.network.sent("/api/thing").at(-1)?.headers).toMatchObject({ "x-csrf": "yes" });
  expect(world.network.sent("/api/thing").at(-1)?.headers["x-sojourn"]).toBeUndefined();
});

test("T11 credentials go to the configured origins only", async () => {
  const { world, tab } = await alone(lasting, {
    fetch: { origins: ["https://app.test", "https://api.test:8443/v1"] },
  });
  const credentials: Record<string, string> = {};
  const { fetch } = tab.platform;
  (tab.platform as { fetch: typeof fetch }).fetch = (request) => {
    credentials[request.url] = request.credentials;
    return fetch(request);
  };
  for (const url of [
    "/api/a",
    "https://app.test/api/b",
    "https://api.test:8443/c",
    "https://api.test/d",
    "http://app.test/e",
    "https://app.test.evil.test/f",
    "https://evil.test/?https://app.test",
    "//evil.test/g",
  ])
    await world.run(tab.session.fetch(url)).catch(() => {});
  expect(credentials).toEqual({
    "https://app.test/api/a": "include",
    "https://app.test/api/b": "include",
    "https://api.test:8443/c": "include",
    "https://api.test/d": "omit",
    "http://app.test/e": "omit",
    "https://app.test.evil.test/f": "omit",
    "https://evil.test/?https://app.test": "omit",
    "https://evil.test/g": "omit",
  });
});

test("requests to other origins need no session, wait for nothing and lead to no refresh", async () => {
  const { world, tab } = await alone(lasting);
  await world.run(tab.session.logout());
  world.server.route("/weather", () => ({ status: 401, body: {} }));
  expect((await world.run(tab.session.fetch("https://weather.test/weather"))).status).toBe(401);
  expect(world.network.sent("/refresh")).toEqual([]);
});

test("a body that is a stream is sent once, and not replayed after a 401", async () => {
  const { world, tab } = await alone();
  const stream = (text: string) =>
    new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode(text));
        controller.close();
      },
    });
  const send = (text: string) =>
    tab.session.fetch("/api/upload", { method: "POST", body: stream(text), duplex: "half" } as RequestInit);
  expect((await world.run(send("film"))).status).toBe(200);
  world.network.next("/api/upload", { answer: { status: 401, body: { error: "invalid_token" } } });
  const reply = await world.run(send("another film"));
  expect(reply.status).toBe(401);
  expect(world.network.sent("/api/upload").map((request) => request.body)).toEqual(["film", "another film"]);
  expect(world.server.metrics.refreshes).toBe(1);
});

test("a Request is sent as it is, and replayed with its body", async () => {
  const { world, tab } = await alone();
  world.network.next("/api/note", { answer: { status: 401, body: { error: "invalid_token" } } });
  const request = new Request("https://app.test/api/note", {
    method: "POST",
    body: "dear diary",
    headers: { "X-Own": "kept", "Content-Type": "text/plain" },
  });
  expect((await world.run(tab.session.fetch(request))).status).toBe(200);
  const sent = world.network.sent("/api/note");
  expect(sent).toHaveLength(2);
  for (const it of sent) {
    expect(it).toMatchObject({ method: "POST", body: "dear diary" });
    expect(it.headers).toMatchObject({ "x-own": "kept", "content-type": "text/plain", "x-sojourn": "1" });
  }
});

test("a URL object works as well, and so does a path that is relative to the page", async () => {
  const { world, tab } = await alone(lasting);
  expect((await world.run(tab.session.fetch(new URL("https://app.test/api/a")))).status).toBe(200);
  expect((await world.run(tab.session.fetch("api/b"))).status).toBe(200);
  expect(world.network.sent("/api/b")).toHaveLength(1);
});

test("the end of the session aborts what is on its way, with a typed error", async () => {
  const { world, tabs } = await signedIn(2, lasting);
  const calls = tabs.map((tab) => {
    world.network.next("/api/slow", "hang");
    return outcome(tab.session.fetch("/api/slow"));
  });
  await world.advance(SECOND);
  await world.run(tabs[0].session.logout());
  expect(await world.run(Promise.all(calls), SECOND)).toEqual(["ERR_SESSION_ENDED", "ERR_SESSION_ENDED"]);
  expect(world.network.sent("/api/slow").map((request) => request.outcome)).toEqual(["aborted", "aborted"]);
});

test("a caller's own abort is the caller's own error", async () => {
  const { world, tab } = await alone(lasting);
  const abort = new AbortController();
  world.network.next("/api/slow", "hang");
  const call = tab.session.fetch("/api/slow", { signal: abort.signal });
  const failed = call.catch((error) => error);
  await world.advance(SECOND);
  abort.abort();
  expect(await world.run(failed)).toMatchObject({ name: "AbortError" });
  await expect(tab.session.fetch("/api/slow", { signal: AbortSignal.abort() })).rejects.toMatchObject({
    name: "AbortError",
  });
  const reason = new Error("changed my mind");
  world.network.next("/api/slow", "hang");
  const own = new AbortController();
  const other = tab.session.fetch("/api/slow", { signal: own.signal }).catch((error) => error);
  await world.advance(SECOND);
  own.abort(reason);
  expect(await world.run(other)).toBe(reason);
  expect(shows(tab)).toBe("active");
});

test("a network fault is told as fetch tells it", async () => {
  const { world, tab } = await alone(lasting);
  tab.setOffline(true);
  await expect(world.run(tab.session.fetch("/api/news"))).rejects.toThrow(TypeError);
  expect(shows(tab)).toBe("active");
});

test("a request before it is known whether anybody is signed in waits for that", async () => {
  const { world } = await alone(lasting);
  const newcomer = world.tab();
  const starting = newcomer.session.start();
  const reply = newcomer.session.fetch("/api/news");
  await world.run(starting);
  expect((await world.run(reply)).status).toBe(200);

  const never = world.tab();
  expect(await world.run(outcome(never.session.fetch("/api/news")))).toBe("ERR_SIGNED_OUT");
});

test("cookie sessions follow redirects as fetch does", async () => {
  const { world, tab } = await alone(lasting);
  world.server.route("/api/old", () => ({ status: 302, location: "/api/new" }));
  const reply = await world.run(tab.session.fetch("/api/old"));
  expect(reply.status).toBe(200);
  expect(world.network.sent("/api/new")).toHaveLength(1);
});
