import { describe, expect, test } from "vitest";
import { settle } from "../../src/options.js";
import { conventionOf } from "../../src/server/endpoint.js";
import { bff, oauth2, readBffSession, readTokenReply } from "../../src/server/presets/index.js";
import { asking, failure, MOMENT, type Seen, serve } from "./support.js";

const session = {
  user: { id: 1, name: "Ada" },
  epoch: 7,
  idleExpiresIn: 900,
  absoluteExpiresIn: 28_800,
  accessExpiresIn: 60,
};
const grant = {
  user: session.user,
  marker: "7",
  idleExpiresIn: 900_000,
  absoluteExpiresIn: 28_800_000,
  accessExpiresIn: 60_000,
  accessToken: undefined,
  refreshToken: undefined,
};
const told = { grant, ...MOMENT, idle: 900_000, absolute: 28_800_000, access: 60_000, marker: "7" };

const line = ({ method, path }: Seen) => `${method} ${path}`;

describe("a bff session body", () => {
  test("is read into a grant: seconds become ms, the epoch a name", () => {
    expect(readBffSession(session)).toEqual(grant);
    expect(readBffSession({ ...session, epoch: "e7" }).marker).toBe("e7");
    expect(readBffSession({ ...session, epoch: 0 }).marker).toBe("0");
  });

  test("may tell nothing but the user", () => {
    const { user, ...rest } = readBffSession({ user: session.user });
    expect(user).toBe(session.user);
    expect(Object.values(rest)).toEqual(Array(9).fill(undefined));
  });

  test("may say null for what it does not tell, and 0 for what is over", () => {
    const none = {
      user: session.user,
      epoch: null,
      idleExpiresIn: null,
      absoluteExpiresIn: null,
      accessExpiresIn: null,
    };
    expect(readBffSession(none)).toEqual(readBffSession({ user: session.user }));
    const over = readBffSession({ ...session, idleExpiresIn: 0, absoluteExpiresIn: 0, accessExpiresIn: 0 });
    expect([over.idleExpiresIn, over.absoluteExpiresIn, over.accessExpiresIn]).toEqual([0, 0, 0]);
  });

  test.each([
    undefined,
    null,
    "",
    "session",
    5,
    [],
    {},
    { user: null },
    { user: "ada" },
    { user: undefined },
  ])("is not %s: there is no user", (body) => {
    expect(() => readBffSession(body)).toThrow(
      expect.objectContaining({ code: "ERR_BAD_REPLY", message: "The session reply has no user." }),
    );
  });
});

describe("a reply that holds something else than it should", () => {
  const read = (fields: object) => readBffSession({ user: { id: "ada" }, ...fields });

  test("has no marker and no tokens where it has no text", () => {
    for (const odd of [{}, [], true, { toString: 1, valueOf: 1 }]) {
      const { marker, accessToken, refreshToken } = read({
        epoch: odd,
        access_token: odd,
        refresh_token: odd,
      });
      expect([marker, accessToken, refreshToken]).toEqual([undefined, undefined, undefined]);
    }
    expect(read({ access_token: "", refresh_token: null })).not.toMatchObject({ accessToken: "" });
  });

  test("has a lifetime that nobody takes for one where it has no number", () => {
    for (const odd of ["soon", "", {}, [5], true, { toString: 1, valueOf: 1 }])
      expect(read({ idleExpiresIn: odd }).idleExpiresIn).toBeNaN();
    expect(read({ idleExpiresIn: "900" }).idleExpiresIn).toBe(900_000);
  });
});

describe("bff", () => {
  const start = async (answer: Parameters<typeof serve>[0], options = {}) => {
    const server = await serve(answer);
    return { ...server, ask: asking(bff({ baseUrl: "/auth", ...options }), server.url) };
  };

  test.each([
    ["peek", "GET /auth/session"],
    ["touch", "POST /auth/session/touch"],
    ["refresh", "POST /auth/refresh"],
  ] as const)("to %s is %s", async (verb, expected) => {
    const { ask, seen } = await start(() => ({ body: session }));
    expect(await ask(verb, { idempotencyKey: "p.7.3" })).toEqual(told);
    expect(seen.map(line)).toEqual([expected]);
  });

  test("to end is POST /auth/logout, and it tells nothing", async () => {
    const { ask, seen } = await start(() => ({ status: 204 }));
    expect(await ask("end")).toMatchObject({ grant: {} });
    expect(seen.map(line)).toEqual(["POST /auth/logout"]);
  });

  test("C2 whatever changes something carries the custom header, and reading does not", async () => {
    const { ask, seen } = await start(({ path }) =>
      path === "/auth/logout" ? { status: 204 } : { body: session },
    );
    for (const verb of ["peek", "touch", "refresh", "end"] as const) await ask(verb);
    expect(seen.map(({ headers }) => headers["x-sojourn"])).toEqual([undefined, "1", "1", "1"]);
  });

  test("C2 the header is the application's own where it names one", async () => {
    const { ask, seen } = await start(() => ({ body: session }), { headers: { "X-CSRF": "yes" } });
    await ask("touch");
    await ask("refresh");
    expect(seen.map(({ headers }) => [headers["x-csrf"], headers["x-sojourn"]])).toEqual([
      ["yes", undefined],
      ["yes", undefined],
    ]);
  });

  test("F4 only a refresh carries an idempotency key", async () => {
    const { ask, seen } = await start(() => ({ body: session }));
    for (const verb of ["peek", "touch", "refresh", "end"] as const)
      await ask(verb, { idempotencyKey: "p.7.3" });
    expect(seen.map(({ headers }) => headers["idempotency-key"])).toEqual([
      undefined,
      undefined,
      "p.7.3",
      undefined,
    ]);
  });

  test.each([
    ["/auth/", "/auth/session"],
    ["/auth", "/auth/session"],
    ["", "/session"],
    [undefined, "/session"],
  ])("is where baseUrl %j says", async (baseUrl, path) => {
    const { ask, seen } = await start(() => ({ body: session }), { baseUrl });
    await ask("peek");
    expect(seen[0].path).toBe(path);
  });

  test("may be of another origin", async () => {
    const { url, seen } = await serve(() => ({ body: session }));
    await asking(bff({ baseUrl: `${url}/auth` }), "http://localhost")("peek");
    expect(seen[0].path).toBe("/auth/session");
  });

  test.each(["peek", "touch", "refresh"] as const)(
    "T4 to %s without a user in the reply ends nothing",
    async (verb) => {
      for (const body of [{}, null, []]) {
        const { ask } = await start(() => ({ body }));
        expect(await failure(ask(verb))).toMatchObject({ code: "ERR_BAD_REPLY" });
      }
    },
  );

  test("F15 the session ends when the server says so, and why", async () => {
    const { ask } = await start(() => ({ status: 401, body: { error: "no_session", reason: "idle" } }));
    for (const verb of ["peek", "touch", "refresh"] as const)
      expect(await failure(ask(verb))).toMatchObject({ code: "ERR_REJECTED", status: 401, reason: "idle" });
  });

  test("is a server of cookies that peeks without sliding", () => {
    expect(bff()).toMatchObject({ tokens: "none", peekSlides: false, slides: "always", expiry: "server" });
  });
});

describe("a token reply", () => {
  test("is read into a grant", () => {
    const body = { access_token: "a", expires_in: 3600, refresh_token: "r", token_type: "Bearer" };
    expect(readTokenReply(body)).toMatchObject({
      accessToken: "a",
      refreshToken: "r",
      accessExpiresIn: 3_600_000,
    });
  });

  test("may tell nothing but the token, and null for what it does not tell", () => {
    const bare = readTokenReply({ access_token: "a" });
    expect([bare.accessToken, bare.refreshToken, bare.accessExpiresIn]).toEqual(["a", undefined, undefined]);
    expect(readTokenReply({ access_token: "a", expires_in: null }).accessExpiresIn).toBeUndefined();
    expect(readTokenReply({ access_token: "a", expires_in: 0 }).accessExpiresIn).toBe(0);
  });

  test.each([
    undefined,
    null,
    "a",
    5,
    [],
    {},
    { access_token: "" },
    { access_token: 5 },
    { error: "invalid_grant" },
  ])("is not %s: there is no token", (body) => {
    expect(() => readTokenReply(body)).toThrow(
      expect.objectContaining({ code: "ERR_BAD_REPLY", message: "The token reply has no access_token." }),
    );
  });
});

describe("oauth2", () => {
  const tokens = { access_token: "a2", expires_in: 300, refresh_token: "r2" };
  const start = async (
    answer: Parameters<typeof serve>[0],
    options = {},
    held = { refreshToken: "r1", accessToken: "a1" },
  ) => {
    const server = await serve(answer);
    const convention = oauth2({ tokenUrl: `${server.url}/token`, clientId: "app", ...options });
    return { ...server, ask: asking(convention, "http://localhost", { grant: held as never }) };
  };

  test("to refresh is the form of RFC 6749 §6", async () => {
    const { ask, seen } = await start(() => ({ body: tokens }));
    expect(await ask("refresh", { idempotencyKey: "p.7.3" })).toMatchObject({
      grant: { accessToken: "a2", refreshToken: "r2" },
      access: 300_000,
    });
    expect(seen.map(line)).toEqual(["POST /token"]);
    expect(Object.fromEntries(new URLSearchParams(seen[0].body))).toEqual({
      client_id: "app",
      grant_type: "refresh_token",
      refresh_token: "r1",
    });
    expect(seen[0].headers["content-type"]).toMatch("application/x-www-form-urlencoded");
  });

  test("asks for no CORS consent that a token endpoint may not give: no header of its own", async () => {
    const { ask, seen } = await start(() => ({ body: tokens }));
    await ask("refresh", { idempotencyKey: "p.7.3" });
    expect(
      Object.keys(seen[0].headers).filter((name) => /^x-|idempotency|authorization|cookie/.test(name)),
    ).toEqual([]);
  });

  test("F4 sends the idempotency key to a server that honours it", async () => {
    const { ask, seen } = await start(() => ({ body: tokens }), { idempotency: true });
    await ask("refresh", { idempotencyKey: "p.7.3" });
    expect(seen[0].headers["idempotency-key"]).toBe("p.7.3");
  });

  test("may ask for less than it was given", async () => {
    const { ask, seen } = await start(() => ({ body: tokens }), { scope: "read" });
    await ask("refresh");
    expect(new URLSearchParams(seen[0].body).get("scope")).toBe("read");
  });

  test("without a refresh token asks nobody", async () => {
    const { ask, seen } = await start(() => ({ body: tokens }), {}, { accessToken: "a1" } as never);
    expect(await failure(ask("refresh"))).toMatchObject({
      code: "ERR_NO_CREDENTIAL",
      message: "This tab holds no refresh token.",
    });
    expect(seen).toEqual([]);
  });

  test("S10 no token is ever in an address", async () => {
    const { ask, seen, url } = await start(() => ({ body: tokens }), {});
    await ask("refresh");
    const revoking = oauth2({ tokenUrl: `${url}/token`, clientId: "app", revocationUrl: `${url}/revoke` });
    await asking(revoking, url, { grant: { refreshToken: "r1" } })("end");
    expect(seen.map(line)).toEqual(["POST /token", "POST /revoke"]);
  });

  test.each([
    [
      "the refresh token, which takes the access token along",
      { refreshToken: "r1", accessToken: "a1" },
      "r1",
    ],
    ["the access token where there is no other", { accessToken: "a1" }, "a1"],
  ])("to end is to revoke %s (RFC 7009)", async (_, held, token) => {
    const { url, seen } = await serve(() => ({ status: 200, body: {} }));
    const convention = oauth2({ tokenUrl: `${url}/token`, clientId: "app", revocationUrl: `${url}/revoke` });
    await asking(convention, url, { grant: held })("end");
    expect(seen.map(line)).toEqual(["POST /revoke"]);
    expect(Object.fromEntries(new URLSearchParams(seen[0].body))).toEqual({ client_id: "app", token });
  });

  test("to end without a token asks nobody", async () => {
    const { url, seen } = await serve(() => ({ body: {} }));
    const convention = oauth2({ tokenUrl: `${url}/token`, clientId: "app", revocationUrl: `${url}/revoke` });
    await asking(convention, url)("end");
    expect(seen).toEqual([]);
  });

  test("to end is nothing where there is no revocation endpoint", () => {
    expect(oauth2({ tokenUrl: "/token", clientId: "app" })).not.toHaveProperty("end");
  });

  test("cannot be asked whether the session lives, nor told of activity", () => {
    const convention = oauth2({ tokenUrl: "/token", clientId: "app" });
    expect([convention.peek, convention.touch]).toEqual([undefined, undefined]);
    expect(convention).toMatchObject({ tokens: "memory", peekSlides: false, expiry: "server" });
  });

  test("T4 ends the session on invalid_grant only", async () => {
    const refused = await start(() => ({ status: 400, body: { error: "invalid_grant" } }));
    expect(await failure(refused.ask("refresh"))).toMatchObject({ code: "ERR_REJECTED", reason: "rejected" });
    for (const answer of [
      { status: 401, body: { error: "invalid_client" } },
      { status: 429, body: {} },
      { body: {} },
    ]) {
      const { ask } = await start(() => answer);
      expect(["ERR_UNAVAILABLE", "ERR_BAD_REPLY"]).toContain((await failure(ask("refresh"))).code);
    }
  });
});

describe("the short form: refresh", () => {
  const start = async (answer: Parameters<typeof serve>[0], options = {}) => {
    const server = await serve(answer);
    const settings = settle({ refresh: "/auth/refresh", ...options });
    return {
      ...server,
      ask: asking(conventionOf(settings), server.url, { tokens: settings.tokens === "memory" }),
    };
  };

  test("is a POST to the address, with the custom header and the key", async () => {
    const { ask, seen } = await start(() => ({ status: 204 }));
    await ask("refresh", { idempotencyKey: "p.7.3" });
    expect(seen.map(line)).toEqual(["POST /auth/refresh"]);
    expect(seen[0].headers).toMatchObject({ "x-sojourn": "1", "idempotency-key": "p.7.3" });
    expect(seen[0].body).toBe("");
  });

  test("has the custom header that the application chose", async () => {
    const { ask, seen } = await start(() => ({ status: 204 }), { fetch: { csrf: { "X-CSRF": "yes" } } });
    await ask("refresh");
    expect([seen[0].headers["x-csrf"], seen[0].headers["x-sojourn"]]).toEqual(["yes", undefined]);
  });

  test("may be answered with nothing", async () => {
    const { ask } = await start(() => ({ status: 204 }));
    expect(await ask("refresh")).toMatchObject({ access: undefined, idle: undefined });
  });

  test("may be answered as a bff does, in seconds", async () => {
    const { ask } = await start(() => ({ body: session }));
    expect(await ask("refresh")).toEqual(told);
  });

  test("may be answered as a token endpoint does, in seconds", async () => {
    const { ask } = await start(() => ({
      body: { access_token: "a2", expires_in: 300, refresh_token: "r2" },
    }));
    expect(await ask("refresh")).toMatchObject({
      access: 300_000,
      grant: { accessToken: "a2", refreshToken: "r2" },
    });
  });

  test("names the lifetime of its credential, in one way or the other", async () => {
    const { ask } = await start(() => ({ body: { accessExpiresIn: 60, expires_in: 300 } }));
    expect(await ask("refresh")).toMatchObject({ access: 60_000 });
  });

  test("takes nothing from the server that is not its to say", async () => {
    const { ask } = await start(() => ({ body: { subject: "mallory", idleExpiresIn: 5, anything: 1 } }));
    expect((await ask("refresh"))?.grant).toEqual({ idleExpiresIn: 5000 });
  });

  test("T4 an HTML page with status 200 is no refresh", async () => {
    const { ask } = await start(() => ({ body: "<h1>Welcome</h1>" }));
    expect(await failure(ask("refresh"))).toMatchObject({ code: "ERR_BAD_REPLY" });
  });

  test.each([-5, "soon", {}])("T4 with the lifetime %j is a bad reply", async (accessExpiresIn) => {
    const { ask } = await start(() => ({ body: { accessExpiresIn } }));
    expect(await failure(ask("refresh"))).toMatchObject({ code: "ERR_BAD_REPLY" });
  });

  test("may be a function, or all verbs in one", () => {
    const refresh = async () => {};
    expect(conventionOf(settle({ refresh }))).toEqual({ refresh });
    const server = bff();
    expect(conventionOf(settle({ server }))).toBe(server);
  });
});
