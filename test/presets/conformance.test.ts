import { afterEach, describe, expect, test, vi } from "vitest";
import type { ServerConvention } from "../../src/server/convention.js";
import * as presets from "../../src/server/presets/index.js";
import { DATE, documented, SECRET, SERVER_NOW, verbsOf } from "./documented.js";
import { type Answer, asking, failure, type Seen, serve } from "./support.js";

const line = ({ method, path }: Pick<Seen, "method" | "path">) => `${method} ${path}`;

afterEach(() => vi.unstubAllGlobals());

/** A page of that server, with a session of the preset. `answer`: what it says instead of what is documented. */
async function start(
  { make, tokens, cookies, routes }: (typeof documented)[string],
  answer: (seen: Seen) => Answer | undefined = () => undefined,
) {
  vi.stubGlobal("document", { cookie: cookies ?? "" });
  const server = await serve((seen) => {
    const reply = answer(seen) ?? routes[line(seen)] ?? { status: 404, body: { error: "no such route" } };
    return { ...reply, headers: { date: DATE, ...reply.headers } };
  });
  return { ...server, ask: asking(make(server.url), server.url, { ...(tokens && { grant: tokens }) }) };
}

/** What comes of asking, in a word: the code of the error, or what was understood. */
const outcome = async (asked: Promise<unknown>) => {
  const told = await asked.catch((error) => error);
  return told instanceof Error ? (told as { code?: string }).code : told === null ? "nobody" : "told";
};

const HTML = "<!doctype html><title>Sign in</title>";
const CAPTIVE = { headers: { "content-type": "text/html; charset=utf-8" } };
/** Whatever stands between a page and its server, and a server with troubles of its own. */
const faults: [what: string, answer: Answer][] = [
  ["a 401 page of a proxy", { status: 401, body: HTML }],
  ["a 403 page of a firewall", { status: 403, body: HTML }],
  ["a 403 that asks for a stronger authentication", { status: 403, body: { error: { id: "step_up" } } }],
  ["404", { status: 404, body: {} }],
  ["408", { status: 408, body: {} }],
  ["429", { status: 429, headers: { "retry-after": "7" }, body: {} }],
  ["500 that says invalid_grant", { status: 500, body: { error: "invalid_grant" } }],
  ["500 with null", { status: 500, body: null }],
  ["502", { status: 502, body: HTML }],
  ["503", { status: 503, headers: { "retry-after": "7" }, body: {} }],
  ["a redirect to a sign-in page", { status: 302, headers: { location: "/sign-in" }, body: "" }],
];
/** 200, and yet nothing that the server means. */
const odd: [what: string, answer: Answer][] = [
  ["a sign-in page with status 200", { body: HTML, ...CAPTIVE }],
  ["JSON that is cut off", { headers: { "content-type": "application/json" }, body: '{"user":{"id":' }],
  ["an error with status 200", { body: { error: "database" } }],
  ["a list", { body: [] }],
  ["a number", { body: 7 }],
];
describe.each(Object.entries(documented))("%s", (name, preset) => {
  const verbs = verbsOf(preset);

  test.each(verbs)("to %s is what its documentation says", async (verb) => {
    const { ask, seen } = await start(preset);
    const { sends, told } = preset.verbs[verb] ?? { sends: [] };
    const answer = await ask(verb, { idempotencyKey: "p.7.3" });
    expect(seen.map(line)).toEqual(sends.map((sent) => sent.line));
    for (const [i, { headers = {}, body }] of sends.entries()) {
      expect(seen[i].headers).toMatchObject({ accept: "application/json", ...headers });
      expect(seen[i].body).toBe(body ?? "");
    }
    if (told !== undefined) expect(answer).toMatchObject(told as object);
  });

  test("S10 no secret is in an address", async () => {
    const { ask, seen } = await start(preset);
    for (const verb of verbs) await ask(verb, { idempotencyKey: "p.7.3" });
    expect(seen.length).toBeGreaterThan(0);
    expect(seen.map(({ path }) => path).filter((path) => decodeURIComponent(path).includes(SECRET))).toEqual(
      [],
    );
  });

  test("S3 says whether a peek extends the session", async () => {
    const { ask, seen } = await start(preset);
    const { peekSlides } = preset.make("http://localhost");
    if (verbs.includes("peek")) await ask("peek");
    expect(seen.some((one) => preset.extending.test(line(one)))).toBe(peekSlides);
    seen.length = 0;
    if (verbs.includes("touch")) {
      await ask("touch");
      expect(seen.some((one) => preset.extending.test(line(one)))).toBe(true);
    }
  });

  test("has the traits that the table says", () => {
    expect(preset.make("http://localhost")).toMatchObject(preset.traits);
  });

  describe("T4 F15", () => {
    test.each(faults)("%s ends nothing", async (_, answer) => {
      const { ask } = await start(preset, () => answer);
      for (const verb of verbs) {
        const { code, retryAfter } = await failure(ask(verb));
        expect([verb, code]).toEqual([verb, "ERR_UNAVAILABLE"]);
        expect(retryAfter).toBe(answer.headers?.["retry-after"] && 7000);
      }
    });

    test.each(odd)("%s ends nothing, and is no session", async (_, answer) => {
      const { ask } = await start(preset, () => answer);
      for (const verb of verbs) {
        const came = await outcome(ask(verb));
        // A sign-out that was answered with 200 is one; so is a look at whether the proxy lets through.
        const bare = verb === "end" || (name.startsWith("oauth2Proxy") && verb === "touch");
        if (bare) expect(came).not.toBe("ERR_REJECTED");
        else expect([verb, came]).toEqual([verb, "ERR_BAD_REPLY"]);
      }
    });

    test.each([{ body: null }, { body: {} }])("$body with status 200 is never a session", async (answer) => {
      const { ask } = await start(preset, () => answer);
      for (const verb of verbs.filter((verb) => verb !== "end")) {
        if (name.startsWith("oauth2Proxy") && verb === "touch") continue;
        const listed = preset.ends.some(([, of, { status, body }]) => {
          return of === verb && !status && JSON.stringify(body) === JSON.stringify(answer.body);
        });
        const came = await outcome(ask(verb));
        if (listed) expect([verb, came]).toEqual([verb, "ERR_REJECTED"]);
        else expect([verb, came]).not.toEqual([verb, "told"]);
      }
    });

    test("419 ends nothing, but at Laravel", async () => {
      const { ask } = await start(preset, () => ({ status: 419, body: {} }));
      for (const verb of verbs) {
        const code = name === "sanctum" && verb !== "end" ? "ERR_REJECTED" : "ERR_UNAVAILABLE";
        expect(await failure(ask(verb))).toMatchObject({ code, status: 419 });
      }
    });

    test.each(preset.ends)("%s ends the session, asked to %s", async (_, verb, answer) => {
      const { ask } = await start(preset, () => answer);
      expect(await failure(ask(verb))).toMatchObject({ code: "ERR_REJECTED", status: answer.status ?? 200 });
    });

    test.each(preset.keeps ?? [])("%s does not, asked to %s", async (_, verb, answer) => {
      const { ask } = await start(preset, () => answer);
      expect(["ERR_UNAVAILABLE", "ERR_BAD_REPLY"]).toContain((await failure(ask(verb))).code);
    });
  });

  test.each(preset.nobody ?? [])("a peek that is answered $body finds nobody", async (answer) => {
    const { ask } = await start(preset, () => answer);
    expect(await ask("peek")).toBeNull();
  });
});

describe("an instant of the server", () => {
  const at = (expires: string | number | undefined, headers = {}) =>
    serve(() => ({ headers, body: { expires_at: expires } })).then(({ url }) =>
      asking(presets.expiresAt({ url: "/expiry" }), url)("peek"),
    );

  test("F24 counts from the server's own clock, wherever the one here is", async () => {
    const headers = { date: "Wed, 21 Oct 2020 07:28:00 GMT" };
    expect(await at("2020-10-21T07:58:00Z", headers)).toMatchObject({ idle: 30 * 60_000 });
    expect(await at(Date.parse("2020-10-21T07:58:00Z") / 1000, headers)).toMatchObject({ idle: 30 * 60_000 });
  });

  test("counts from the clock here where the server does not tell its own", async () => {
    const told = await at(new Date(Date.now() + 60_000).toISOString(), { date: "" });
    expect(told?.idle).toBeGreaterThan(50_000);
    expect(told?.idle).toBeLessThanOrEqual(60_000);
  });

  test("that has passed is now", async () => {
    expect(await at("2020-01-01T00:00:00Z")).toMatchObject({ idle: 0 });
  });

  test("T4 that is none is a bad reply", async () => {
    for (const none of ["soon", "", undefined]) expect(await outcome(at(none))).toBe("ERR_BAD_REPLY");
  });
});

describe("a sign-out", () => {
  const FRESH = { status: 401, body: { message: "try refresh token" } };

  test("of supertokens whose access token has expired refreshes, and signs out then", async () => {
    const { supertokens } = documented;
    let tries = 0;
    const { ask, seen } = await start(supertokens, ({ path }) =>
      path === "/auth/signout" && tries++ === 0 ? FRESH : undefined,
    );
    await ask("end");
    expect(seen.map(line)).toEqual([
      "POST /auth/signout",
      "POST /auth/session/refresh",
      "POST /auth/signout",
    ]);
  });

  test("of supertokens whose session is over already needs no more", async () => {
    const { ask } = await start(documented.supertokens, ({ path }) =>
      path === "/auth/signout" ? FRESH : { status: 401, body: { message: "unauthorised" } },
    );
    expect(await outcome(ask("end"))).toBe("ERR_REJECTED");
  });

  test("of supabase whose access token has expired refreshes, and signs out with the new one", async () => {
    let tries = 0;
    const { ask, seen } = await start(documented.supabase, ({ path }) =>
      path.includes("logout") && tries++ === 0 ? { status: 403, body: { code: "bad_jwt" } } : undefined,
    );
    await ask("end");
    expect(seen.map(line)).toEqual([
      "POST /auth/v1/logout?scope=local",
      "POST /auth/v1/token?grant_type=refresh_token",
      "POST /auth/v1/logout?scope=local",
    ]);
    expect(seen[2].headers.authorization).toBe(`Bearer a2-${SECRET}`);
  });

  test.each([
    ["duende", "GET /bff/user?slide=false", ["GET /bff/logout?sid=173E78"]],
    ["oauth2Proxy", "GET /oauth2/auth", ["GET /oauth2/sign_out"]],
  ] as const)("of %s is confirmed when the server knows nobody any more", async (name, check, leave) => {
    let out = false;
    const { ask, seen } = await start(documented[name], (one) => {
      out ||= leave.some((path) => path === line(one));
      return out && line(one) === check
        ? { status: 401, headers: { "content-type": "" }, body: "" }
        : undefined;
    });
    expect(await outcome(ask("end"))).toBe("ERR_REJECTED");
    expect(seen.map(line).slice(-2)).toEqual([...leave, check]);
  });

  test.each(["duende", "oauth2Proxy"])("of %s is not, as long as it does", async (name) => {
    const { ask } = await start(documented[name]);
    expect(await outcome(ask("end"))).toBe("ERR_UNAVAILABLE");
  });

  test.each([
    [
      "duende",
      (navigate: presets.Navigate): ServerConvention<unknown> => presets.duende({ navigate }),
      "/bff/logout?sid=173E78",
    ],
    [
      "oauth2Proxy",
      (navigate: presets.Navigate): ServerConvention<unknown> => presets.oauth2Proxy({ navigate }),
      "/oauth2/sign_out",
    ],
  ])(
    "of %s can take the page along, and nothing is confirmed before it has left",
    async (name, make, url) => {
      const went: string[] = [];
      const { url: server } = await start(documented[name]);
      const leaving = new AbortController();
      const ask = asking(
        make((to) => {
          went.push(to);
          leaving.abort();
        }),
        server,
      );
      expect(await outcome(ask("end", { signal: leaving.signal }))).toBe("ERR_UNAVAILABLE");
      expect(went).toEqual([url]);
    },
  );

  test("of a duende server of another origin goes to that one", async () => {
    const went: string[] = [];
    const { url } = await start(documented.duende);
    const leaving = new AbortController();
    const navigate = (to: string) => {
      went.push(to);
      leaving.abort();
    };
    const ask = asking(presets.duende({ baseUrl: `${url}/bff`, navigate }), "http://localhost");
    await outcome(ask("end", { signal: leaving.signal }));
    expect(went).toEqual([`${url}/bff/logout?sid=173E78`]);
  });
});

describe("what only one preset has", () => {
  test("betterAuth posts where a GET says that a POST is due", async () => {
    const { ask, seen } = await start(documented.betterAuth, ({ method }) =>
      method === "GET"
        ? {
            body: {
              ...(documented.betterAuth.routes["GET /api/auth/get-session?disableCookieCache=true"]
                .body as object),
              needsRefresh: true,
            },
          }
        : {
            body: {
              session: { id: "s1", expiresAt: new Date(SERVER_NOW + 9_000_000).toISOString() },
              user: { id: "ada" },
            },
          },
    );
    expect(await ask("touch")).toMatchObject({ idle: 9_000_000 });
    expect(seen.map(({ method }) => method)).toEqual(["GET", "POST"]);
  });

  test("supertokens keeps an anti-csrf token where the application says", async () => {
    let kept = "first";
    const convention = presets.supertokens({
      antiCsrf: {
        get: () => kept,
        set: (token) => {
          kept = token;
        },
      },
    });
    const { routes } = documented.supertokens;
    const server = await serve((one) => ({
      ...routes[line(one)],
      headers: { ...routes[line(one)].headers, "anti-csrf": "second" },
    }));
    const ask = asking(convention, server.url);
    await ask("refresh");
    await ask("end");
    expect(server.seen.map(({ headers }) => headers["anti-csrf"])).toEqual(["first", "second"]);
  });

  test("keycloak takes no lifetime from an offline token, whose 0 does not mean never", async () => {
    const body = { access_token: "a", expires_in: 300, refresh_expires_in: 0 };
    expect(presets.readKeycloakReply(body).idleExpiresIn).toBeUndefined();
    expect(presets.readKeycloakReply({ ...body, refresh_expires_in: 1800 }).idleExpiresIn).toBe(1_800_000);
  });

  test("sanctum reads a user that is wrapped in data", async () => {
    const { ask } = await start(documented.sanctum, () => ({ body: { data: { id: 7 } } }));
    expect(await ask("peek")).toMatchObject({ grant: { user: { id: 7 } } });
  });

  test("a cookie is not there where there is no page", () => {
    vi.stubGlobal("document", undefined);
    expect(presets.readCookie("XSRF-TOKEN")).toBe("");
  });

  test("a cookie is found by its whole name", () => {
    vi.stubGlobal("document", { cookie: "MY-XSRF-TOKEN=1; XSRF-TOKEN=a%3D=b" });
    expect(presets.readCookie("XSRF-TOKEN")).toBe("a==b");
    expect(presets.readCookie("TOKEN")).toBe("");
  });
});

describe("a preset that cannot work is refused at once", () => {
  const bad = [
    "auth",
    "//other.example",
    "ftp://x",
    "https://",
    "https://a:b@c/",
    "/a b",
    "/a#b",
    5,
    null,
  ] as never[];
  const makers: [preset: string, option: string, make: (given: never) => unknown][] = [
    ["bff", "baseUrl", (baseUrl) => presets.bff({ baseUrl })],
    ["oauth2", "tokenUrl", (tokenUrl) => presets.oauth2({ tokenUrl, clientId: "app" })],
    [
      "oauth2",
      "revocationUrl",
      (revocationUrl) => presets.oauth2({ tokenUrl: "/t", clientId: "app", revocationUrl }),
    ],
    ["keycloak", "url", (url) => presets.keycloak({ url, realm: "r", clientId: "app" })],
    ["supabase", "url", (url) => presets.supabase({ url, apiKey: "k" })],
    ["supertokens", "baseUrl", (baseUrl) => presets.supertokens({ baseUrl })],
    ["authjs", "baseUrl", (baseUrl) => presets.authjs({ baseUrl })],
    ["betterAuth", "baseUrl", (baseUrl) => presets.betterAuth({ baseUrl })],
    ["duende", "baseUrl", (baseUrl) => presets.duende({ baseUrl })],
    ["aspnetIdentity", "baseUrl", (baseUrl) => presets.aspnetIdentity({ baseUrl })],
    ["aspnetIdentity", "signOutUrl", (signOutUrl) => presets.aspnetIdentity({ signOutUrl })],
    ["sanctum", "baseUrl", (baseUrl) => presets.sanctum({ baseUrl })],
    ["sanctum", "userUrl", (userUrl) => presets.sanctum({ userUrl })],
    ["allauth", "baseUrl", (baseUrl) => presets.allauth({ baseUrl })],
    ["kratos", "url", (url) => presets.kratos({ url })],
    ["oauth2Proxy", "prefix", (prefix) => presets.oauth2Proxy({ prefix })],
    ["expiresAt", "url", (url) => presets.expiresAt({ url })],
    ["expiresAt", "touchUrl", (touchUrl) => presets.expiresAt({ url: "/e", touchUrl })],
  ];

  test.each(makers)("%s whose %s is no address", (_, option, make) => {
    // What is left out, or `null`, has a default where there is one.
    const given = bad.filter((value) => value || value === undefined);
    for (const value of given)
      expect(() => make(value)).toThrow(
        expect.objectContaining({
          code: "ERR_INVALID_OPTION",
          option,
          message: `${option} must be like "/auth" or "https://api.example.com/auth".`,
        }),
      );
    for (const value of ["/auth", "https://api.example.com", "http://localhost:3000/auth/"])
      expect(() => make(value as never)).not.toThrow();
  });

  test.each<[option: string, make: () => unknown]>([
    ["clientId", () => presets.oauth2({ tokenUrl: "/t" } as never)],
    ["realm", () => presets.keycloak({ url: "/", clientId: "app" } as never)],
    ["clientId", () => presets.keycloak({ url: "/", realm: "r" } as never)],
    ["apiKey", () => presets.supabase({ url: "/auth/v1", apiKey: "" })],
    ["method", () => presets.expiresAt({ url: "/e", method: "" })],
    ["field", () => presets.expiresAt({ url: "/e", field: 5 as never })],
  ])("where %s is no text", (option, make) => {
    expect(make).toThrow(
      expect.objectContaining({
        code: "ERR_INVALID_OPTION",
        option,
        message: `${option} must be text, and not empty.`,
      }),
    );
  });
});
