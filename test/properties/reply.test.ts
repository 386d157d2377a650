import fc from "fast-check";
import { expect, test } from "vitest";
import { SessionError } from "../../src/errors.js";
import { readGrant, type Told } from "../../src/server/ask.js";
import type { Grant, ServerConvention } from "../../src/server/convention.js";
import { conventionOf } from "../../src/server/endpoint.js";
import { bff, oauth2, readBffSession, readTokenReply } from "../../src/server/presets/index.js";
import { DATE, documented, SECRET as HELD, SERVER_NOW, verbsOf } from "../presets/documented.js";
import { asking, MOMENT } from "../presets/support.js";
import { anything, holds, holdsLater, isTold, nearly, outcome } from "./support.js";

const SECRET = "s3cret";
const seconds = fc.oneof(fc.nat(1_000_000), fc.double({ min: 0, max: 1e6, noNaN: true }), fc.constant(null));
const reply = fc.record(
  {
    user: fc.record({ id: fc.oneof(fc.string(), fc.nat()), name: fc.constant(SECRET) }),
    epoch: fc.oneof(fc.string(), fc.nat(), fc.constant(null)),
    idleExpiresIn: seconds,
    absoluteExpiresIn: seconds,
    accessExpiresIn: seconds,
    expires_in: seconds,
    access_token: fc.constant(SECRET),
    refresh_token: fc.constant(SECRET),
    error: fc.constantFrom("invalid_grant", "invalid_client", SECRET),
    reason: fc.constantFrom("idle", "absolute", "revoked", SECRET),
  },
  { requiredKeys: [] },
);

/** Values as JSON has them; `__proto__` and `toString` among the names. */
const json = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.dictionary(
    fc.constantFrom("__proto__", "toString", "valueOf", "id", "0"),
    fc.jsonValue({ maxDepth: 1 }),
  ),
  fc.constantFrom<unknown>(-1, 1e308, 1e-320, "3600", "1e3", "soon", [], [5], [[7]], true),
);
const text = fc.oneof(
  { weight: 6, arbitrary: nearly(reply, json).map((it) => JSON.stringify(it) ?? "") },
  { weight: 2, arbitrary: reply.map((it) => JSON.stringify(it)) },
  {
    weight: 1,
    arbitrary: fc.tuple(reply, fc.nat()).map(([it, cut]) => JSON.stringify(it).slice(0, cut % 99)),
  },
  { weight: 1, arbitrary: json.map((it) => JSON.stringify(it)) },
  fc.string(),
  fc.constantFrom(
    ...[
      "",
      "null",
      "[]",
      "{}",
      "NaN",
      "<!doctype html><p>Welcome</p>",
      "[".repeat(9999),
      '{"a":'.repeat(9999),
    ],
    `{"__proto__":{"polluted":1},"user":{"__proto__":{"polluted":1},"id":1}}`,
    `{"user":{"id":1},"epoch":{"toString":1,"valueOf":1}}`,
  ),
);
const answer = fc.record({
  text,
  status: fc.constantFrom(200, 200, 200, 201, 204, 302, 400, 400, 401, 403, 404, 408, 429, 500, 503),
  type: fc.constantFrom("application/json", "application/json; charset=utf-8", "text/html", "text/plain", ""),
  retry: fc.constantFrom("", "5", "-1", "soon", "9".repeat(400), "Thu, 01 Jan 2099 00:00:00 GMT"),
});

const conventions: [ServerConvention<never>, "peek" | "touch" | "refresh"][] = [
  [bff<never>(), "peek"],
  [bff<never>(), "touch"],
  [bff<never>(), "refresh"],
  [oauth2<never>({ tokenUrl: "/token", clientId: "app" }), "refresh"],
  [conventionOf({ server: "/refresh", csrf: {} } as never), "refresh"],
];

/** What a server really says when it ends a session, in the words of RFC 6749 and of the `bff` convention. */
function ends(convention: ServerConvention<never>, status: number, body: unknown): boolean {
  const said = typeof body === "object" && body !== null;
  const grant = said && (body as { error?: unknown }).error === "invalid_grant";
  if (convention.tokens === "memory") return status === 400 && grant;
  if (status === 401) return said;
  return convention.endedOn === undefined && status === 400 && grant;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function grantIsSound(told: Told<unknown>): void {
  for (const lifetime of [told.idle, told.absolute, told.access]) isTold(lifetime);
  expect(told.marker === undefined || (typeof told.marker === "string" && told.marker.length < 100)).toBe(
    true,
  );
  for (const token of [told.grant.accessToken, told.grant.refreshToken])
    expect(["string", "undefined"]).toContain(typeof token);
  expect({}).not.toHaveProperty("polluted");
}

test("T4 whatever a server answers: a sound grant, or a typed error, and an end only where it says so", async () => {
  const asked = fc.tuple(fc.constantFrom(...conventions), answer);
  await holdsLater(0.5, asked, async ([[convention, verb], { text, status, type, retry }]) => {
    const headers = { "Content-Type": type, ...(retry && { "Retry-After": retry }) };
    const fetch = async () => new Response(status === 204 ? null : text, { status, headers });
    const grant = { accessToken: SECRET, refreshToken: SECRET };
    const ask = asking(convention, "http://localhost", { grant, ports: { fetch } });
    const told = await ask(verb).catch((error: unknown) => error);
    const body = status === 204 ? undefined : parsed(text);
    expect(told instanceof SessionError && told.code === "ERR_REJECTED").toBe(ends(convention, status, body));
    if (told instanceof SessionError) {
      expect(["ERR_REJECTED", "ERR_UNAVAILABLE", "ERR_BAD_REPLY"]).toContain(told.code);
      expect(JSON.stringify({ ...told, message: told.message })).not.toContain(SECRET);
      expect(told.code === "ERR_BAD_REPLY").toBe(status >= 200 && status < 300);
    } else {
      expect(told).not.toBeInstanceOf(Error);
      grantIsSound(told as Told<unknown>);
    }
  });
});

type Path = readonly (string | number)[];
const at = (value: unknown, path: Path): unknown =>
  path.reduce((it, key) => (it as Record<string | number, unknown> | null)?.[key], value);
const pathsOf = (value: unknown, path: Path = []): Path[] =>
  typeof value === "object" && value
    ? [path, ...Object.entries(value).flatMap(([key, it]) => pathsOf(it, [...path, key]))]
    : [path];

/** The value with another one somewhere in it; `undefined`: without what was there. */
function put(value: unknown, path: Path, other: unknown): unknown {
  if (!path.length) return other;
  const copy = structuredClone(value);
  const key = path.at(-1) as string;
  const parent = at(copy, path.slice(0, -1)) as Record<string, unknown> | undefined;
  if (typeof parent === "object" && parent) {
    if (other === undefined) delete parent[key];
    else Object.defineProperty(parent, key, { value: other, enumerable: true, configurable: true });
  }
  return copy;
}
const said = fc.oneof(
  json,
  fc.constantFrom<unknown>(undefined, {}, null, false, "", HELD, "toString", "__proto__"),
);
/** What the server is documented to answer, but for one to three things in it. */
const garbled = (body: unknown) =>
  fc
    .array(fc.tuple(fc.constantFrom(...pathsOf(body)), said), { minLength: 1, maxLength: 3 })
    .map((changes) => changes.reduce((it, [path, other]) => put(it, path, other), body));

const frontToken = { uid: "ada", ate: SERVER_NOW, up: { iat: SERVER_NOW / 1000, sessionHandle: "h1" } };
const front = fc.oneof(
  fc.oneof(said, garbled(frontToken)).map((it) => Buffer.from(JSON.stringify(it) ?? "").toString("base64")),
  fc.constantFrom("", "remove"),
);
const documentedReplies = Object.values(documented).map((preset) => {
  const bodies = Object.entries(preset.routes).map(([line, { body }]) => [
    line,
    fc.oneof({ weight: 1, arbitrary: fc.constant(body) }, { weight: 4, arbitrary: garbled(body) }),
  ]);
  return fc.record({
    preset: fc.constant(preset),
    verb: fc.constantFrom(...verbsOf(preset)),
    bodies: fc.record(Object.fromEntries(bodies) as Record<string, fc.Arbitrary<unknown>>),
    status: fc.constantFrom(200, 200, 200, 200, 204, 302, 400, 401, 403, 404, 410, 419, 429, 500, 503),
    front,
  });
});

test("T4 F15 whatever the server of a preset answers: a sound grant, nobody, or a typed error, and an end only where it says so", async () => {
  await holdsLater(0.5, fc.oneof(...documentedReplies), async ({ preset, verb, bodies, status, front }) => {
    const fetch = async ({ method, url }: Request) => {
      const { pathname, search } = new URL(url);
      const body = bodies[`${method} ${pathname}${search}`];
      const headers = {
        "Content-Type": "application/json",
        Date: DATE,
        ...(front && { "front-token": front }),
      };
      const text = typeof body === "string" ? body : JSON.stringify(body);
      return new Response(status === 204 ? null : text, { status, headers });
    };
    const ask = asking(preset.make("http://localhost"), "http://localhost", {
      ...(preset.tokens && { grant: preset.tokens }),
      ports: { fetch: fetch as typeof globalThis.fetch },
    });
    const told = await ask(verb).catch((error: unknown) => error);
    expect({}).not.toHaveProperty("polluted");
    if (told instanceof SessionError) {
      expect(["ERR_REJECTED", "ERR_UNAVAILABLE", "ERR_BAD_REPLY", "ERR_NO_CREDENTIAL"]).toContain(told.code);
      expect(JSON.stringify({ ...told, message: told.message })).not.toContain(HELD);
      if (told.code !== "ERR_REJECTED") return;
      expect([302, 429, 500, 503]).not.toContain(status);
      // With a 200 it is that nobody is there: nothing in the reply, or nothing where the session was.
      if (status === 200) expect(JSON.stringify(bodies)).toMatch(/null|:\{\}|"live":false/);
    } else {
      expect(told).not.toBeInstanceOf(Error);
      if (!told) return;
      grantIsSound(told as Told<unknown>);
      // Pages and workers tell it one another.
      structuredClone((told as Told<unknown>).grant);
    }
  });
});

test("what a reply says is what is understood, in ms", () => {
  holds(0.1, reply, (said) => {
    const told = readGrant(readBffSession({ user: {}, ...said }), MOMENT, "ERR_BAD_REPLY");
    const ms = (value: number | null | undefined) => (value == null ? undefined : value * 1000);
    expect(told).toMatchObject({ idle: ms(said.idleExpiresIn), absolute: ms(said.absoluteExpiresIn) });
    expect(told.access).toBe(ms(said.accessExpiresIn ?? said.expires_in));
    expect(told.marker).toBe(said.epoch == null ? undefined : String(said.epoch).slice(0, 99));
  });
});

test("a body of any kind is a grant, or a bad reply", () => {
  const bodies = fc.oneof(nearly(reply), nearly(reply, json), anything);
  holds(0.2, fc.tuple(fc.constantFrom(readBffSession, readTokenReply), bodies), ([read, body]) => {
    const grant = outcome(() => read(body));
    if (grant instanceof SessionError) expect(grant.code).toBe("ERR_BAD_REPLY");
    else expect(grant).toBeTypeOf("object");
  });
});

const lifetime = fc.oneof(fc.nat(), fc.constantFrom("15m", "8h", "30d"));
const grant = fc.record(
  {
    user: fc.record({ id: fc.string() }),
    subject: fc.string(),
    marker: fc.string(),
    idleExpiresIn: lifetime,
    absoluteExpiresIn: lifetime,
    accessExpiresIn: lifetime,
    accessToken: fc.string(),
    refreshToken: fc.string(),
  },
  { requiredKeys: [] },
);

test("whatever a verb of one's own comes to: a sound grant, nobody, or a typed error", async () => {
  const results = fc.oneof(nearly(grant, anything, true), anything);
  await holdsLater(0.2, results, async (result) => {
    const told = await asking({ refresh: async () => result as Grant })("refresh").catch(
      (error: unknown) => error,
    );
    if (told instanceof SessionError) expect(["ERR_BAD_REPLY", "ERR_UNAVAILABLE"]).toContain(told.code);
    else {
      expect(told).not.toBeInstanceOf(Error);
      if (told !== null)
        for (const it of ["idle", "absolute", "access"] as const) isTold((told as Told<unknown>)[it]);
    }
  });
});
