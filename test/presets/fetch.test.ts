import { afterEach, describe, expect, test, vi } from "vitest";
import { SessionError } from "../../src/errors.js";
import type { Platform } from "../../src/platform/platform.js";
import { createFetch } from "../../src/server/fetch.js";
import { createTransport } from "../../src/server/transport.js";
import { platformAt } from "./support.js";

afterEach(() => void vi.restoreAllMocks());

const APP = "https://app.example";
const API = "https://api.example";
const POSITION = { epoch: 7, sequence: 3 };

interface Setup {
  /** None: the page's own. */
  origins?: string[] | undefined;
  page?: string;
  /** What the server answers, one after the other; the last one for ever. */
  answers?: ((request: Request) => Response | Promise<Response>)[];
  token?: string;
  csrf?: Record<string, string>;
}

function setUp(setup: Setup = {}) {
  const {
    answers = [() => new Response("fine")],
    token,
    csrf = { "X-Sojourn": "1" },
    page = `${APP}/page/`,
  } = setup;
  const { origins } = { origins: [APP, API], ...setup };
  let accessToken = token;
  const vault = {
    holds: token !== undefined,
    read: () => ({ accessToken, refreshToken: undefined }),
  };
  const life = new AbortController();
  const sent: { request: Request; body: string }[] = [];
  const fetch: Platform["fetch"] = async (request) => {
    const answer = answers[Math.min(sent.length, answers.length - 1)];
    sent.push({ request, body: await request.clone().text() });
    return answer(request);
  };
  const session = {
    ready: vi.fn(async (): Promise<typeof POSITION & { authAt?: number }> => POSITION),
    refresh: vi.fn(async () => {
      accessToken = token && "second";
    }),
    signal: () => life.signal,
    live: vi.fn(() => true),
    gone: () => new SessionError("ERR_SESSION_ENDED", "The session has ended (idle).", { reason: "idle" }),
    stepUp: vi.fn(async () => false),
  };
  const settings = { origins, csrf };
  const platform = platformAt(page, { fetch });
  return {
    fetch: createFetch(platform, settings, vault, createTransport(platform, vault), session),
    session,
    sent,
    end: () => life.abort(),
    tokens: () => sent.map(({ request }) => request.headers.get("authorization")),
  };
}

const unauthorized = (challenge?: string) => () =>
  new Response("no", { status: 401, ...(challenge && { headers: { "www-authenticate": challenge } }) });
const never: (request: Request) => Promise<Response> = ({ signal }) =>
  new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));

describe("T11 a request to an origin that is none of the session's", () => {
  test("goes out without cookies, without a token and without waiting for anything", async () => {
    const { fetch, sent, session } = setUp({ token: "s3cret" });
    const response = await fetch("https://elsewhere.example/", {
      method: "POST",
      credentials: "include",
      body: "x",
    });
    expect(await response.text()).toBe("fine");
    expect(sent[0].request.credentials).toBe("omit");
    expect([...sent[0].request.headers.keys()]).toEqual(["content-type"]);
    expect(sent[0].request).toMatchObject({ url: "https://elsewhere.example/", method: "POST" });
    expect(session.ready).not.toHaveBeenCalled();
  });

  test.each([
    "http://app.example/",
    "https://app.example:8443/",
    "https://sub.app.example/",
    "https://app.example.evil/",
  ])("such as %s", async (url) => {
    const { fetch, sent, tokens } = setUp({ token: "s3cret" });
    await fetch(new Request(url));
    expect([sent[0].request.credentials, tokens()]).toEqual(["omit", [null]]);
  });

  test.each([
    [`${APP}/page/`, "/api", "include"],
    [`${APP}/page/`, API, "omit"],
    ["file:///C:/page.html", "data:,x", "omit"],
    ["file:///C:/page.html", "other.html", "omit"],
  ])("where the page at %s has named none: %s gets %s", async (page, url, credentials) => {
    const { fetch, sent } = setUp({ page, origins: undefined });
    await fetch(url);
    expect(sent[0].request.credentials).toBe(credentials);
  });

  test("is not asked again when it is refused", async () => {
    const { fetch, sent, session } = setUp({ answers: [unauthorized()] });
    expect((await fetch("https://elsewhere.example/")).status).toBe(401);
    expect(sent).toHaveLength(1);
    expect(session.refresh).not.toHaveBeenCalled();
  });
});

describe("a request to an origin of the session", () => {
  test.each<[name: string, input: RequestInfo | URL, url: string]>([
    ["by a path", "/api/notes", `${APP}/api/notes`],
    ["by a path relative to the page", "notes", `${APP}/page/notes`],
    ["by an address", `${API}/notes`, `${API}/notes`],
    ["by a URL", new URL(`${API}/notes`), `${API}/notes`],
    ["by a Request", new Request(`${API}/notes`), `${API}/notes`],
  ])("is made %s", async (_, input, url) => {
    const { fetch, sent } = setUp();
    await fetch(input);
    expect(sent[0].request.url).toBe(url);
  });

  test("carries the cookies of the session", async () => {
    const { fetch, sent, tokens } = setUp();
    await fetch("/api", { credentials: "omit" });
    expect([sent[0].request.credentials, tokens()]).toEqual(["include", [null]]);
  });

  test("carries the token of the session, and then no cookies of another origin", async () => {
    const { fetch, sent, tokens } = setUp({ token: "first" });
    await fetch(`${API}/notes`, { headers: { Authorization: "Bearer stale", "X-A": "b" } });
    expect([sent[0].request.credentials, tokens()]).toEqual(["same-origin", ["Bearer first"]]);
    expect(sent[0].request.headers.get("x-a")).toBe("b");
  });

  test("carries no token where this tab has none", async () => {
    const { fetch, tokens } = setUp({ token: "" });
    await fetch("/api");
    expect(tokens()).toEqual([null]);
  });

  test("waits until the session may be used, and fails as that does (I-dead)", async () => {
    const { fetch, session, sent } = setUp();
    const error = new SessionError("ERR_SIGNED_OUT", "Nobody is signed in.");
    session.ready.mockRejectedValueOnce(error);
    await expect(fetch("/api")).rejects.toBe(error);
    expect(sent).toEqual([]);
  });

  test("takes everything else from who asked", async () => {
    const { fetch, sent } = setUp();
    const request = new Request(`${APP}/api`, { method: "PUT", body: "old", headers: { "X-A": "1" } });
    await fetch(request, { body: "new", cache: "no-cache" });
    expect(sent[0].request).toMatchObject({ method: "PUT", cache: "no-cache" });
    expect([sent[0].body, sent[0].request.headers.get("x-a")]).toEqual(["new", "1"]);
  });

  test("leaves the Request that it was given unspent", async () => {
    const { fetch } = setUp();
    const request = new Request(`${APP}/api`, { method: "POST", body: "again" });
    await fetch(request);
    expect(await request.text()).toBe("again");
  });
});

describe("C2 the custom header", () => {
  test.each(["POST", "PUT", "PATCH", "DELETE"])("goes with a %s", async (method) => {
    const { fetch, sent } = setUp({ csrf: { "X-CSRF": "yes", "X-More": "too" } });
    await fetch("/api", { method });
    expect([sent[0].request.headers.get("x-csrf"), sent[0].request.headers.get("x-more")]).toEqual([
      "yes",
      "too",
    ]);
  });

  test.each(["GET", "HEAD", "OPTIONS"])("does not go with a %s", async (method) => {
    const { fetch, sent } = setUp();
    await fetch("/api", { method });
    expect(sent[0].request.headers.has("x-sojourn")).toBe(false);
  });
});

describe("T5 a request that is refused", () => {
  test("leads to one refresh and one replay, with the new token", async () => {
    const { fetch, session, tokens } = setUp({
      token: "first",
      answers: [unauthorized(), () => new Response("fine")],
    });
    const response = await fetch("/api");
    expect([response.status, await response.text()]).toEqual([200, "fine"]);
    expect(session.refresh.mock.calls).toEqual([[POSITION]]);
    expect(tokens()).toEqual(["Bearer first", "Bearer second"]);
  });

  test("F26 for ever is refused: exactly two requests and one refresh", async () => {
    const { fetch, session, sent } = setUp({ answers: [unauthorized()] });
    expect((await fetch("/api")).status).toBe(401);
    expect(sent).toHaveLength(2);
    expect(session.refresh).toHaveBeenCalledTimes(1);
  });

  test.each([200, 204, 302, 400, 403, 404, 429, 500, 503])(
    "with another status, %d, is not",
    async (status) => {
      const { fetch, session, sent } = setUp({ answers: [() => new Response(null, { status })] });
      expect((await fetch("/api")).status).toBe(status);
      expect([sent.length, session.refresh.mock.calls.length]).toEqual([1, 0]);
    },
  );

  test("fails as the refresh does", async () => {
    const { fetch, session, sent } = setUp({ answers: [unauthorized()] });
    const error = new SessionError("ERR_UNAVAILABLE", "The server could not answer.");
    session.refresh.mockRejectedValueOnce(error);
    await expect(fetch("/api")).rejects.toBe(error);
    expect(sent).toHaveLength(1);
  });

  test("asks again whether the session may be used", async () => {
    const { fetch, session, sent } = setUp({ answers: [unauthorized()] });
    const error = new SessionError("ERR_SESSION_ENDED", "The session has ended.");
    session.ready.mockResolvedValueOnce(POSITION).mockRejectedValueOnce(error);
    await expect(fetch("/api")).rejects.toBe(error);
    expect(sent).toHaveLength(1);
  });

  test.each<[name: string, input: () => RequestInfo, init: () => RequestInit]>([
    ["text", () => "/api", () => ({ method: "POST", body: "the body" })],
    ["bytes", () => "/api", () => ({ method: "POST", body: new TextEncoder().encode("the body") })],
    ["a blob", () => "/api", () => ({ method: "POST", body: new Blob(["the body"]) })],
    [
      "a Request of its own",
      () => new Request(`${APP}/api`, { method: "POST", body: "the body" }),
      () => ({}),
    ],
  ])("sends the same body again: %s", async (_, input, init) => {
    const { fetch, sent } = setUp({ answers: [unauthorized(), () => new Response()] });
    await fetch(input(), init());
    expect(sent.map(({ body }) => body)).toEqual(["the body", "the body"]);
    expect(sent.map(({ request }) => request.method)).toEqual(["POST", "POST"]);
  });

  test("sends no stream again: it is spent. The refusal is the answer, and the credential is new", async () => {
    const { fetch, sent, session } = setUp({ answers: [unauthorized()] });
    const body = new Blob(["a stream"]).stream();
    const response = await fetch("/api", { method: "POST", body, duplex: "half" } as RequestInit);
    expect([response.status, await response.text()]).toEqual([401, "no"]);
    expect([sent.length, sent[0].body, session.refresh.mock.calls.length]).toEqual([1, "a stream", 1]);
  });

  test("sends a stream in place of a Request's own body, once", async () => {
    const { fetch, sent } = setUp({ answers: [unauthorized()] });
    const request = new Request(`${APP}/api`, { method: "POST", body: "own" });
    const body = new Blob(["a stream"]).stream();
    expect((await fetch(request, { body, duplex: "half" } as RequestInit)).status).toBe(401);
    expect(sent.map((it) => it.body)).toEqual(["a stream"]);
  });

  test("lets go of the first answer", async () => {
    const cancelled = vi.fn();
    const first = () => new Response(new ReadableStream({ cancel: cancelled }), { status: 401 });
    const { fetch } = setUp({ answers: [first, () => new Response("fine")] });
    await fetch("/api");
    expect(cancelled).toHaveBeenCalledTimes(1);
  });
});

describe("T6 a request that needs a stronger sign-in", () => {
  const challenge = (parameters: string) => `Bearer error="insufficient_user_authentication"${parameters}`;

  test.each<[name: string, parameters: string, acr: string[], maxAge: number]>([
    ["with both", ', acr_values="gold silver", max_age="300"', ["gold", "silver"], 300_000],
    ["without quotes", ", acr_values=gold, max_age=300", ["gold"], 300_000],
    ["in capitals", ', ACR_VALUES="gold", Max_Age=0', ["gold"], 0],
    ["with spaces around", ', acr_values="  gold "', ["gold"], Infinity],
    ["without any", "", [], Infinity],
    ["with an empty one", ', acr_values=""', [], Infinity],
    ["with one that is no number", ', max_age="soon"', [], Infinity],
    ["with a negative one", ", max_age=-5", [], Infinity],
    ["with others of a similar name", ', x_acr_values="no", my_max_age=5', [], Infinity],
  ])("%s, says so, refreshes nothing, and the refusal is the answer", async (_, parameters, acr, maxAge) => {
    const { fetch, session, sent } = setUp({ answers: [unauthorized(challenge(parameters))] });
    const response = await fetch("/api");
    expect([response.status, await response.text()]).toEqual([401, "no"]);
    expect(session.stepUp.mock.calls).toEqual([[{ acr, maxAge, refused: 0 }, false, undefined]]);
    expect([sent.length, session.refresh.mock.calls.length]).toEqual([1, 0]);
  });

  test("waits where that is wanted, and is sent once more with its body when it is done", async () => {
    const { fetch, session, sent } = setUp({
      answers: [unauthorized(challenge("")), () => new Response("done")],
    });
    session.ready.mockResolvedValueOnce({ ...POSITION, authAt: 1234 });
    session.stepUp.mockResolvedValueOnce(true);
    const { signal } = new AbortController();
    const response = await fetch("/api", { method: "POST", body: "x", stepUp: "wait", signal });
    expect([response.status, await response.text()]).toEqual([200, "done"]);
    expect(session.stepUp.mock.calls).toEqual([[{ acr: [], maxAge: Infinity, refused: 1234 }, true, signal]]);
    expect(sent.map((it) => it.body)).toEqual(["x", "x"]);
    expect(session.refresh).not.toHaveBeenCalled();
  });

  test("that is called off is the refusal, unread", async () => {
    const { fetch, sent } = setUp({ answers: [unauthorized(challenge(""))] });
    const response = await fetch("/api", { stepUp: "wait" });
    expect([response.status, await response.text(), sent.length]).toEqual([401, "no", 1]);
  });

  test("at a server that never has enough is sent twice, and its second refusal is the answer", async () => {
    const { fetch, session, sent } = setUp({ answers: [unauthorized(challenge(""))] });
    session.stepUp.mockResolvedValue(true);
    expect((await fetch("/api", { stepUp: "wait" })).status).toBe(401);
    expect([sent.length, session.stepUp.mock.calls.length]).toEqual([2, 1]);
  });

  test("whose token has expired, too, is refreshed first: once more for either, and no more", async () => {
    const answers = [unauthorized(), unauthorized(challenge("")), unauthorized()];
    const { fetch, session, sent } = setUp({ answers });
    session.stepUp.mockResolvedValue(true);
    expect((await fetch("/api", { stepUp: "wait" })).status).toBe(401);
    expect([sent.length, session.refresh.mock.calls.length, session.stepUp.mock.calls.length]).toEqual([
      3, 1, 1,
    ]);
  });

  test("with a stream for a body does not wait: it could not be sent again", async () => {
    const { fetch, session, sent } = setUp({ answers: [unauthorized(challenge(""))] });
    const init = { method: "POST", body: new Blob(["film"]).stream(), duplex: "half", stepUp: "wait" };
    expect((await fetch("/api", init as RequestInit)).status).toBe(401);
    expect(session.stepUp.mock.calls.map(([, wait]: unknown[]) => wait)).toEqual([false]);
    expect(sent).toHaveLength(1);
  });

  test("is not one whose token has expired", async () => {
    const { fetch, session } = setUp({
      answers: [unauthorized('Bearer error="invalid_token", max_age="300"')],
    });
    await fetch("/api");
    expect([session.stepUp.mock.calls.length, session.refresh.mock.calls.length]).toEqual([0, 1]);
  });
});

describe("T11 a redirect", () => {
  const opaque = () => {
    const response = new Response(null);
    Object.defineProperties(response, { status: { value: 0 }, type: { value: "opaqueredirect" } });
    return response;
  };

  test("is not followed by a token, whatever was asked for", async () => {
    const { fetch, sent, session } = setUp({ token: "first", answers: [opaque] });
    for (const redirect of ["follow", "error", "manual"] as const)
      await expect(fetch("/api", { redirect })).rejects.toMatchObject({
        name: "SessionError",
        code: "ERR_REDIRECTED",
      });
    expect(sent.map(({ request }) => request.redirect)).toEqual(["manual", "manual", "manual"]);
    expect(session.refresh).not.toHaveBeenCalled();
  });

  test.each<[input: RequestInfo, init: RequestInit, redirect: RequestRedirect]>([
    ["/api", {}, "follow"],
    ["/api", { redirect: "manual" }, "manual"],
    [new Request(`${APP}/api`, { redirect: "error" }), {}, "error"],
    [new Request(`${APP}/api`, { redirect: "error" }), { redirect: "follow" }, "follow"],
  ])("is followed by a cookie as was asked for (%#)", async (input, init, redirect) => {
    const answer = opaque();
    const { fetch, sent } = setUp({ answers: [() => answer] });
    expect(await fetch(input, init)).toBe(answer);
    expect(sent[0].request.redirect).toBe(redirect);
  });
});

const native = AbortSignal.any;
describe.each([
  ["where signals can be joined", native],
  ["where they cannot, in older browsers", undefined],
])("a request is given up, %s:", (_, any) => {
  const setUpHere = (setup: Setup) => {
    Object.assign(AbortSignal, { any });
    return setUp(setup);
  };
  afterEach(() => void Object.assign(AbortSignal, { any: native }));

  test.each([true, false])(
    "at the end of the session, with the reason (signal of the caller: %s)",
    async (signal) => {
      const { fetch, end, sent } = setUpHere({ answers: [never] });
      const asked = fetch("/api", signal ? { signal: new AbortController().signal } : {});
      await vi.waitUntil(() => sent.length > 0);
      end();
      await expect(asked).rejects.toMatchObject({ code: "ERR_SESSION_ENDED", reason: "idle" });
    },
  );

  test.each(["init", "Request"])("by the caller, with the caller's own reason (%s)", async (place) => {
    const { fetch, sent } = setUpHere({ answers: [never] });
    const abort = new AbortController();
    const { signal } = abort;
    const asked = place === "init" ? fetch("/api", { signal }) : fetch(new Request(`${APP}/api`, { signal }));
    await vi.waitUntil(() => sent.length > 0);
    abort.abort(new Error("changed my mind"));
    await expect(asked).rejects.toThrow("changed my mind");
  });

  test("by the caller, before it began", async () => {
    const { fetch } = setUpHere({ answers: [({ signal }) => Promise.reject(signal.reason)] });
    const signal = AbortSignal.abort(new Error("too late"));
    await expect(fetch("/api", { signal })).rejects.toThrow("too late");
  });

  test("by the session, before it began", async () => {
    const { fetch, end } = setUpHere({ answers: [({ signal }) => Promise.reject(signal.reason)] });
    end();
    const { signal } = new AbortController();
    await expect(fetch("/api", { signal })).rejects.toMatchObject({ code: "ERR_SESSION_ENDED" });
  });

  test("by the caller first, and then the session ends: it is the caller's", async () => {
    const { fetch, sent, end } = setUpHere({ answers: [never] });
    const abort = new AbortController();
    const asked = fetch("/api", { signal: abort.signal });
    await vi.waitUntil(() => sent.length > 0);
    abort.abort(new Error("changed my mind"));
    end();
    await expect(asked).rejects.toThrow("changed my mind");
  });

  test("never, when nobody did", async () => {
    const { fetch } = setUpHere({});
    const { signal } = new AbortController();
    expect((await fetch("/api", { signal })).status).toBe(200);
    expect((await fetch("/api", { signal: null })).status).toBe(200);
  });
});

test("where signals cannot be joined, a request that is done leaves no listener on them", async () => {
  Object.assign(AbortSignal, { any: undefined });
  try {
    const { fetch, session } = setUp();
    const { signal } = new AbortController();
    const added = [signal, session.signal()].map((it) => vi.spyOn(it, "addEventListener"));
    const removed = [signal, session.signal()].map((it) => vi.spyOn(it, "removeEventListener"));
    await fetch("/api", { signal });
    for (const [i, { mock }] of added.entries()) {
      expect(mock.calls).toHaveLength(1);
      expect(removed[i].mock.calls).toEqual(mock.calls);
    }
  } finally {
    Object.assign(AbortSignal, { any: native });
  }
});

test("F16 a fault of the network rejects as that of fetch does", async () => {
  const fault = new TypeError("Failed to fetch");
  const { fetch, session } = setUp({ answers: [() => Promise.reject(fault)] });
  await expect(fetch("/api")).rejects.toBe(fault);
  expect(session.refresh).not.toHaveBeenCalled();
});

test("F29 what ends while a request gets ready to go is not sent any more", async () => {
  const { fetch, session, sent } = setUp();
  session.live.mockReturnValue(false);
  await expect(fetch("/api/notes")).rejects.toMatchObject({ code: "ERR_SESSION_ENDED" });
  expect(sent).toEqual([]);
});
