import { describe, expect, test, vi } from "vitest";
import { SessionError } from "../../src/errors.js";
import { settle } from "../../src/options.js";
import type { Platform } from "../../src/platform/platform.js";
import { checkUser, createAsk, readGrant } from "../../src/server/ask.js";
import type {
  Grant,
  ServerConvention,
  ServerReply,
  ServerRequest,
  VerbContext,
  VerbName,
} from "../../src/server/convention.js";
import { conventionOf } from "../../src/server/endpoint.js";
import type { StandardSchema } from "../../src/server/schema.js";
import { asking, failure, MOMENT, NO_TOKENS, platformAt, serve } from "./support.js";

const MINUTE = 60_000;

describe("a grant", () => {
  const read = (grant: Grant, code: "ERR_BAD_REPLY" | "ERR_INVALID_OPTION" = "ERR_BAD_REPLY") =>
    readGrant(grant, MOMENT, code);

  test("is read with the moment when it was asked for", () => {
    const grant = {
      idleExpiresIn: "15m",
      absoluteExpiresIn: 8 * 60 * MINUTE,
      accessExpiresIn: "30s",
      marker: "7",
    } as const;
    expect(read(grant)).toEqual({
      grant,
      wall: MOMENT.wall,
      now: MOMENT.now,
      idle: 15 * MINUTE,
      absolute: 480 * MINUTE,
      access: 30_000,
      marker: "7",
    });
  });

  test("may tell nothing", () => {
    const { idle, absolute, access, marker } = read({});
    expect([idle, absolute, access, marker]).toEqual([undefined, undefined, undefined, undefined]);
  });

  test("may tell that a limit is over", () => {
    const { idle, absolute, access } = read({ idleExpiresIn: 0, absoluteExpiresIn: 0, accessExpiresIn: 0 });
    expect([idle, absolute, access]).toEqual([0, 0, 0]);
  });

  test("names its session by text that is not too long", () => {
    expect(read({ marker: 12 as never }).marker).toBe("12");
    expect(read({ marker: "x".repeat(500) }).marker).toBe("x".repeat(99));
    expect(read({ marker: null as never }).marker).toBeUndefined();
    for (const marker of [{}, ["7"], true, Object.create(null)])
      expect(() => read({ marker })).toThrow(expect.objectContaining({ code: "ERR_BAD_REPLY" }));
  });

  test.each(["accessToken", "refreshToken", "tokenType", "acr"] as const)(
    "has text for %s, or nothing",
    (name) => {
      for (const none of [undefined, null, "", "text"]) expect(() => read({ [name]: none })).not.toThrow();
      for (const wrong of [{}, ["a"], 7, true])
        expect(() => read({ [name]: wrong })).toThrow(
          expect.objectContaining({ code: "ERR_BAD_REPLY", message: `${name} of the grant must be text.` }),
        );
    },
  );

  test.each(["idleExpiresIn", "absoluteExpiresIn", "accessExpiresIn"] as const)(
    "with a bad %s is none",
    (name) => {
      for (const value of [
        -1,
        Number.NaN,
        Number.POSITIVE_INFINITY,
        "5 m",
        "-5m",
        "1e3",
        "",
        "soon",
        null,
        {},
        true,
        "0m",
      ]) {
        expect(() => read({ [name]: value })).toThrow(`${name} of the grant must be ms or like "15m".`);
        expect(() => read({ [name]: value })).toThrow(expect.objectContaining({ code: "ERR_BAD_REPLY" }));
        expect(() => read({ [name]: value }, "ERR_INVALID_OPTION")).toThrow(
          expect.objectContaining({ code: "ERR_INVALID_OPTION" }),
        );
      }
    },
  );
});

describe("the user of a reply", () => {
  const schema = (validate: StandardSchema<string>["~standard"]["validate"]): StandardSchema<string> => ({
    "~standard": { version: 1, vendor: "test", validate },
  });
  const upper = schema((value) =>
    typeof value === "string"
      ? { value: value.toUpperCase() }
      : { issues: [{ message: `not ${JSON.stringify(value)}` }] },
  );

  test("passes as it is where nobody asked for more", async () => {
    const grant = { user: "ada" };
    expect(await checkUser(grant, undefined)).toBe(grant);
  });

  test("is the one that the schema makes of it, now or later, and the rest of the grant stays", async () => {
    const grant = { user: "ada", marker: "7" };
    expect(await checkUser(grant, upper)).toEqual({ user: "ADA", marker: "7" });
    expect(
      await checkUser(
        grant,
        schema(async () => ({ value: "later" })),
      ),
    ).toEqual({ user: "later", marker: "7" });
  });

  test("is not asked for where the reply names none", async () => {
    const grant = { marker: "7" };
    expect(await checkUser(grant, upper)).toBe(grant);
  });

  test("that does not pass is a bad reply, and its data is not in the error", async () => {
    const error = await failure(checkUser({ user: { iban: "DE89" } as never }, upper));
    expect(error).toEqual({
      name: "SessionError",
      code: "ERR_BAD_REPLY",
      message: "The user does not pass the schema.",
    });
  });

  test("that the schema stumbles over is a bad reply too, and what it says is not in the error", async () => {
    const stumbles = schema((value) => {
      throw new TypeError(`cannot read ${JSON.stringify(value)}`);
    });
    expect(await failure(checkUser({ user: "DE89" }, stumbles))).toEqual({
      name: "SessionError",
      code: "ERR_BAD_REPLY",
      message: "The user does not pass the schema.",
    });
  });

  test("is checked when the server is asked", async () => {
    const convention: ServerConvention<string> = { peek: async () => ({ user: 5 as never }) };
    const settings = { requestTimeout: 1000, schema: upper };
    const ask = createAsk(convention, platformAt("http://localhost"), NO_TOKENS, settings, () => MOMENT);
    expect(await failure(ask("peek"))).toMatchObject({ code: "ERR_BAD_REPLY" });
  });
});

/** A convention of which every verb sends the same request, and what it got. */
function sending(request: ServerRequest) {
  const replies: ServerReply[] = [];
  const verb = async ({ send }: { send(request: ServerRequest): Promise<ServerReply> }) => {
    replies.push(await send(request));
    return {};
  };
  return { convention: { peek: verb, touch: verb, refresh: verb, end: verb }, replies };
}

/** The request as it reaches the browser's `fetch`. */
async function sent(request: ServerRequest, { verb = "refresh" as VerbName, tokens = false } = {}) {
  const fetch = vi.fn<Platform["fetch"]>(async () => new Response("{}"));
  await asking(sending(request).convention, "https://app.example/page/", { tokens, ports: { fetch } })(verb);
  expect(fetch).toHaveBeenCalledTimes(1);
  return fetch.mock.calls[0][0];
}

describe("a request", () => {
  test("S9 is never cached, never redirected, and asks for JSON", async () => {
    const request = await sent({ url: "/refresh" });
    expect(request).toMatchObject({
      url: "https://app.example/refresh",
      method: "GET",
      cache: "no-store",
      redirect: "manual",
      credentials: "include",
      keepalive: false,
      body: null,
    });
    expect([...request.headers]).toEqual([["accept", "application/json"]]);
  });

  test("goes to where the page is, or to where it says", async () => {
    expect((await sent({ url: "refresh" })).url).toBe("https://app.example/page/refresh");
    expect((await sent({ url: "https://id.example/token" })).url).toBe("https://id.example/token");
  });

  test("with tokens needs no cookies of another origin", async () => {
    expect((await sent({ url: "/" }, { tokens: true })).credentials).toBe("same-origin");
  });

  test("with tokens has the cookies of another origin where it says so, as the short form does", async () => {
    const request = { url: "https://id.example/refresh", credentials: "include" } as const;
    expect((await sent(request, { tokens: true })).credentials).toBe("include");
    const { refresh } = conventionOf(settle({ refresh: request.url, tokens: "memory" }));
    const asked: ServerRequest[] = [];
    const send = async (it: ServerRequest) => {
      asked.push(it);
      return { status: 204, headers: new Headers(), body: undefined };
    };
    await refresh?.({ send, idempotencyKey: "k" } as VerbContext);
    expect(asked).toMatchObject([request]);
  });

  test.each<[VerbName, boolean]>([
    ["end", true],
    ["refresh", false],
    ["touch", false],
    ["peek", false],
  ])("S7 to %s outlives its page: %s", async (verb, keepalive) => {
    expect((await sent({ url: "/", method: "POST" }, { verb })).keepalive).toBe(keepalive);
  });

  test("carries an object as JSON", async () => {
    const request = await sent({ url: "/", method: "POST", body: { a: [1, "é"] } });
    expect(request.headers.get("content-type")).toBe("application/json");
    expect(await request.text()).toBe('{"a":[1,"é"]}');
  });

  test("carries a form as a form", async () => {
    const request = await sent({ url: "/", method: "POST", body: new URLSearchParams({ a: "1 & 2" }) });
    expect(request.headers.get("content-type")).toBe("application/x-www-form-urlencoded;charset=UTF-8");
    expect(await request.text()).toBe("a=1+%26+2");
  });

  test("has the headers it was given, and none that is empty", async () => {
    const headers = { "X-Sojourn": "1", Accept: "text/plain", "X-None": undefined, "X-Empty": "" };
    expect([...(await sent({ url: "/", headers })).headers]).toEqual([
      ["accept", "text/plain"],
      ["x-sojourn", "1"],
    ]);
  });
});

describe("a reply", () => {
  const answered = async (answer: Parameters<typeof serve>[0], verb: VerbName = "peek") => {
    const { url } = await serve(answer);
    const { convention, replies } = sending({ url: "/session" });
    await asking(convention, url)(verb);
    return replies[0];
  };

  test("is given with status, headers and body", async () => {
    const reply = await answered(() => ({ status: 201, headers: { "x-a": "b" }, body: { user: null } }));
    expect([reply.status, reply.headers.get("x-a"), reply.body]).toEqual([201, "b", { user: null }]);
  });

  test("may have no body, or one that is no JSON", async () => {
    expect((await answered(() => ({ status: 204 }))).body).toBeUndefined();
    const plain = { "content-type": "text/plain" };
    expect((await answered(() => ({ headers: plain, body: "OK" }))).body).toBeUndefined();
  });

  test("may be JSON, whatever it calls itself", async () => {
    expect((await answered(() => ({ headers: { "content-type": "text/plain" }, body: "[1]" }))).body).toEqual(
      [1],
    );
  });

  test.each([
    ["an HTML page", "text/html", "<h1>Sign in to the café's network</h1>"],
    ["broken JSON", "application/json", '{"user":'],
    ["broken JSON of another kind", "application/problem+json", "oops"],
  ])("T4 that is %s with status 200 is no reply: the session goes on", async (_, type, body) => {
    for (const verb of ["peek", "touch", "refresh", "end"] as const)
      expect(await failure(answered(() => ({ headers: { "content-type": type }, body }), verb))).toEqual({
        name: "SessionError",
        code: "ERR_BAD_REPLY",
        message: `The server answered with something else (${verb}).`,
      });
  });

  test("T4 an HTML page with a status that ends nothing is judged by its status", async () => {
    const error = await failure(
      answered(() => ({ status: 503, headers: { "retry-after": "3" }, body: "<p>" })),
    );
    expect(error).toMatchObject({ code: "ERR_UNAVAILABLE", status: 503, retryAfter: 3000 });
  });

  test("T11 that redirects is not followed", async () => {
    const elsewhere = await serve(() => ({ body: {} }));
    const error = await failure(
      answered(() => ({ status: 302, headers: { location: elsewhere.url }, body: {} })),
    );
    expect(error.code).toBe("ERR_UNAVAILABLE");
    expect(elsewhere.seen).toEqual([]);
  });

  test("T11 that redirects is opaque in a browser", async () => {
    const opaque = new Response(null);
    Object.defineProperties(opaque, { status: { value: 0 }, type: { value: "opaqueredirect" } });
    const { convention } = sending({ url: "/session" });
    const ask = asking(convention, "http://localhost", { ports: { fetch: async () => opaque } });
    expect(await failure(ask("peek"))).toMatchObject({ code: "ERR_UNAVAILABLE", status: 0 });
  });
});

describe("an answer", () => {
  const answer = (value: unknown) => asking({ peek: async () => value as Grant })("peek");

  test("that nobody is signed in is null", async () => {
    expect(await answer(null)).toBeNull();
  });

  test.each([undefined, {}])("of %s tells nothing, and that the server is there", async (value) => {
    expect(await answer(value)).toMatchObject({ grant: {}, ...MOMENT });
  });

  test("of a verb that the server does not have tells nothing", async () => {
    expect(await asking({})("touch")).toMatchObject({ grant: {}, ...MOMENT });
  });

  test("F24 counts from the start of the request", async () => {
    let now = 1000;
    const convention: ServerConvention = {
      peek: async () => {
        now += 9000;
        return { accessExpiresIn: "1m" };
      },
    };
    const settings = { requestTimeout: 10_000, schema: undefined };
    const ask = createAsk(convention, platformAt("http://localhost"), NO_TOKENS, settings, () => ({
      now,
      wall: now + 7,
    }));
    expect(await ask("peek")).toMatchObject({ now: 1000, wall: 1007, access: MINUTE });
  });

  test("with a lifetime that is none is a bad one", async () => {
    expect(await failure(answer({ idleExpiresIn: -1 }))).toMatchObject({
      code: "ERR_BAD_REPLY",
      message: 'idleExpiresIn of the grant must be ms or like "15m".',
    });
  });
});

describe("what a verb is given", () => {
  const given = async (options = {}, grant?: Grant) => {
    const peek = vi.fn(async () => {});
    await asking({ peek }, "http://localhost", { tokens: true, ...(grant && { grant }) })("peek", options);
    return (peek.mock.calls as unknown as [Record<string, unknown>][])[0][0];
  };

  test("is a key, a signal, a way to send, and the tokens of the vault", async () => {
    const { signal, send, ...rest } = await given(
      { idempotencyKey: "p.1.2" },
      { accessToken: "a", refreshToken: "r" },
    );
    expect(rest).toEqual({ idempotencyKey: "p.1.2", accessToken: "a", refreshToken: "r" });
    expect([signal instanceof AbortSignal, typeof send]).toEqual([true, "function"]);
    expect((signal as AbortSignal).aborted).toBe(false);
  });

  test("is an empty key and no tokens where there are none", async () => {
    const { idempotencyKey, accessToken, refreshToken } = await given();
    expect([idempotencyKey, accessToken, refreshToken]).toEqual(["", undefined, undefined]);
  });

  test("is the credential that was spent, at the end of its session", async () => {
    const credential = { accessToken: "old", refreshToken: "older" };
    expect(await given({ credential }, { accessToken: "new" })).toMatchObject(credential);
  });
});

describe("a failure", () => {
  const failed = (error: unknown) => failure(asking({ refresh: () => Promise.reject(error) })("refresh"));

  test("F9 is a SessionError without the words of another: they may quote a request", async () => {
    for (const error of [
      new TypeError("fetch failed: s3cret"),
      new DOMException("s3cret", "AbortError"),
      "s3cret",
      undefined,
    ])
      expect(await failed(error)).toEqual({
        name: "SessionError",
        code: "ERR_UNAVAILABLE",
        message: "The server could not be reached (refresh).",
      });
  });

  test("that a verb throws at once is one like any other", async () => {
    const refresh = () => {
      throw new RangeError("s3cret");
    };
    expect(await failure(asking({ refresh })("refresh"))).toMatchObject({ code: "ERR_UNAVAILABLE" });
  });

  test("to read what a verb came to is a bad reply", async () => {
    const grant = {
      get idleExpiresIn(): number {
        throw new RangeError("s3cret");
      },
    };
    expect(await failure(asking({ refresh: async () => grant })("refresh"))).toEqual({
      name: "SessionError",
      code: "ERR_BAD_REPLY",
      message: "What came back cannot be read (refresh).",
    });
  });

  test("that a verb names itself is passed on", async () => {
    const error = new SessionError("ERR_REJECTED", "no", { reason: "absolute" });
    expect(await failed(error)).toMatchObject({ code: "ERR_REJECTED", message: "no", reason: "absolute" });
    // Of another copy of the package, as a preset's is in a worker of a development build.
    const foreign = Object.assign(new Error("no"), { name: "SessionError", code: "ERR_REJECTED" });
    expect(await failed(foreign)).toMatchObject({ code: "ERR_REJECTED" });
  });

  test("F16 of the network is one that the session survives", async () => {
    const { url } = await serve((_, response) => void response.destroy());
    expect(await failure(asking(sending({ url: "/" }).convention, url)("refresh"))).toEqual({
      name: "SessionError",
      code: "ERR_UNAVAILABLE",
      message: "The server could not be reached (refresh).",
    });
  });
});

describe("F5 an answer that does not come", () => {
  /** A clock whose only timer goes off when it is told to. */
  function manual() {
    const state = { ms: 0, armed: 0, fire: () => {} };
    const timer: Platform["clock"]["timer"] = (ms, run) => {
      Object.assign(state, { ms, fire: run });
      state.armed++;
      return () => void state.armed--;
    };
    return { state, clock: { wall: () => 0, mono: () => 0, timer } };
  }
  const settings = { requestTimeout: 7000, schema: undefined };
  const set = (convention: ServerConvention) => {
    const { state, clock } = manual();
    const platform = platformAt("http://localhost", { clock });
    return { state, ask: createAsk(convention, platform, NO_TOKENS, settings, () => MOMENT) };
  };
  /** Never answers, unless its signal aborts. */
  const silent = () => {
    const signals: AbortSignal[] = [];
    const refresh = ({ signal }: { signal: AbortSignal }) =>
      new Promise<never>((_, reject) => {
        signals.push(signal);
        signal.addEventListener("abort", () => reject(signal.reason));
      });
    return { convention: { refresh }, signals };
  };

  test("is given up when its time is up, and its request is aborted", async () => {
    const { convention, signals } = silent();
    const { state, ask } = set(convention);
    const asked = ask("refresh");
    expect([state.ms, state.armed, signals[0].aborted]).toEqual([7000, 1, false]);
    state.fire();
    expect(await failure(asked)).toEqual({
      name: "SessionError",
      code: "ERR_TIMEOUT",
      message: "The server did not answer in time (refresh).",
    });
    expect(signals[0].aborted).toBe(true);
    await vi.waitUntil(() => state.armed === 0);
  });

  test("is given up even by a verb that does not care for its signal", async () => {
    const { state, ask } = set({ refresh: () => new Promise(() => {}) });
    const asked = ask("refresh");
    state.fire();
    expect(await failure(asked)).toMatchObject({ code: "ERR_TIMEOUT" });
  });

  test("is given up by who asked", async () => {
    const { convention, signals } = silent();
    const { ask } = set(convention);
    const abort = new AbortController();
    const asked = ask("refresh", { signal: abort.signal });
    abort.abort();
    expect(await failure(asked)).toEqual({
      name: "SessionError",
      code: "ERR_UNAVAILABLE",
      message: "The request was given up (refresh).",
    });
    expect(signals[0].aborted).toBe(true);
  });

  test("F8 a request that was given up before it began is not sent", async () => {
    const refresh = vi.fn(async () => {});
    const { state, ask } = set({ refresh });
    expect(await failure(ask("refresh", { signal: AbortSignal.abort() }))).toMatchObject({
      code: "ERR_UNAVAILABLE",
    });
    expect(refresh).not.toHaveBeenCalled();
    await vi.waitUntil(() => state.armed === 0);
  });

  test("I-quiet an answer that came leaves no timer and no listener", async () => {
    const { state, ask } = set({ refresh: async () => {} });
    const { signal } = new AbortController();
    const added = vi.spyOn(signal, "addEventListener");
    const removed = vi.spyOn(signal, "removeEventListener");
    await ask("refresh", { signal });
    await vi.waitUntil(() => state.armed === 0);
    expect(added).toHaveBeenCalledTimes(1);
    expect(removed.mock.calls).toEqual([added.mock.calls[0].slice(0, 2)]);
  });

  test("a late answer after the time is up changes nothing", async () => {
    let answer = (_: Grant) => {};
    const { state, ask } = set({
      refresh: () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    });
    const asked = ask("refresh");
    state.fire();
    answer({ accessToken: "late" });
    expect(await failure(asked)).toMatchObject({ code: "ERR_TIMEOUT" });
  });
});
