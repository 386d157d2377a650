import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ManualClock } from "../server/support/clock.js";
import { temporaryFolder } from "../server/support/server.js";
import { badServer, type Defect, PAGE, PASSWORD } from "./support/bad-server.js";
import { doctor, entries } from "./support/doctor.js";
import { LOGIN } from "./support/login.js";

const env = { PASSWORD };

const limited = () =>
  Response.json({ error: "rate_limited" }, { status: 429, headers: { "Retry-After": "30" } });

/** What a gateway does instead of letting a request through. */
const INSTEAD: readonly (readonly [string, () => Response])[] = [
  ["429", limited],
  ["503", () => new Response("busy", { status: 503, headers: { "Retry-After": "30" } })],
  [
    "no reply",
    () => {
      throw new TypeError("fetch failed");
    },
  ],
];

async function server(...planted: readonly Defect[]) {
  const clock = new ManualClock();
  return { clock, url: (await badServer(clock, ...planted)).url };
}

const commonTo = (url: string): readonly string[] => [url, "--json", "--origin", PAGE, ...LOGIN];

const holding = (held: (request: Request) => boolean, instead: () => Response) => (request: Request) =>
  held(request) ? instead() : undefined;

/** Examines a server behind a gateway that keeps some requests back. */
async function examine(
  only: readonly string[],
  held: (request: Request) => boolean,
  instead: () => Response,
  ...planted: readonly Defect[]
) {
  const { url, clock } = await server(...planted);
  const args = [...commonTo(url), ...only.flatMap((id) => ["--only", id])];
  return doctor(args, { clock, env, gateway: holding(held, instead) });
}

/** Lets so many refreshes through, and no more. */
function refreshes(count: number): (request: Request) => boolean {
  let left = count;
  return ({ url }) => url.endsWith("/refresh") && left-- <= 0;
}

const forged = ({ method, headers }: Request): boolean => method === "POST" && !headers.has("x-sojourn");

describe.each(INSTEAD)("a request that is kept back is not refused: %s", (_, instead) => {
  test("a spent token was neither accepted nor found out", async () => {
    // One is of the session's life, two spend the token.
    const checks = ["refresh-rotates", "refresh-reuse", "reuse-revokes"];
    const told = await examine(checks, refreshes(3), instead);
    expect(entries(told, "found")).toEqual({});
    expect(Object.keys(entries(told, "passed"))).toEqual(["refresh-rotates"]);
  });

  test("a refresh that was sent again was not refused", async () => {
    const told = await examine(["lost-reply", "two-refreshes"], refreshes(2), instead);
    expect(entries(told, "found")).toEqual({});
    expect(entries(told, "passed")).toEqual({});
  });

  test("two refreshes at once were not refused", async () => {
    const told = await examine(["two-refreshes"], refreshes(3), instead);
    expect(entries(told, "found")).toEqual({});
    expect(entries(told, "passed")).toEqual({});
  });

  test("the refresh token may live on after the sign-out", async () => {
    const planted = "refresh token survives the sign-out";
    const told = await examine(["sign-out-refresh"], refreshes(1), instead, planted);
    expect(entries(told, "passed")).toEqual({});
  });

  test("another page may be let in when the limit is over", async () => {
    const told = await examine(["csrf", "csrf-origin"], forged, instead, "no header needed");
    expect(entries(told, "passed")).toEqual({});
  });

  test("what was carried out is found, whatever became of the rest", async () => {
    const form = (request: Request) => forged(request) && !request.headers.get("content-type");
    const told = await examine(["csrf"], form, instead, "forms accepted");
    expect(entries(told, "found").csrf).toContain("a form of another site could touch");
  });
});

test("a limit is no fault of the replies to whoever has no session", async () => {
  const told = await examine(["dead-reply"], refreshes(1), limited);
  expect(entries(told, "found")).toEqual({});
  expect(entries(told, "passed")).toEqual({});
  const other = await examine(["dead-reply"], refreshes(1), limited, "dead session redirects");
  expect(entries(other, "found")["dead-reply"]).toContain("peek without a session was answered with 302");
});

test("a refresh that was kept back tells of no limit that stays", async () => {
  const checks = ["peek-slides", "refresh-slides", "absolute-moves"];
  const told = await examine(checks, refreshes(1), limited, "refresh slides");
  expect(Object.keys(entries(told, "passed"))).toEqual(["peek-slides"]);
  expect(entries(told, "not-run")["refresh-slides"]).toBe("the session could not be refreshed");
});

test("under a limit a cookie that opens nothing is not taken for one that does", async () => {
  const told = await examine(["cookie-httponly"], refreshes(1), limited);
  expect(entries(told, "found")).toEqual({});
  expect(entries(told, "passed")).toEqual({});
});

test("a session in an address was not refused", async () => {
  const queried = ({ url }: Request) => new URL(url).search !== "";
  const told = await examine(["credential-in-url"], queried, limited, "id taken from the address");
  expect(entries(told, "passed")).toEqual({});
});

test("a session in an address was not taken, where the look beside it was kept back", async () => {
  const honest = ({ url, headers }: Request) => url.endsWith("/session") && !headers.has("cookie");
  const told = await examine(["credential-in-url"], honest, limited, "id taken from the address");
  expect(entries(told, "found")).toEqual({});
  expect(entries(told, "not-run")["credential-in-url"]).toContain("was answered with 429");
});

test("what outlives the idle limit is found, though a refresh was kept back", async () => {
  const { url, clock } = await server("peek slides");
  const args = [...commonTo(url), "--only", "idle-limit", "--wait", "10m"];
  const told = await doctor(args, { clock, env, gateway: holding(refreshes(2), limited) });
  expect(entries(told, "found")["idle-limit"]).toContain("a session that was only read was still there");
});

test("a refresh after the idle limit was not refused", async () => {
  const { url, clock } = await server();
  const args = [...commonTo(url), "--only", "idle-limit", "--wait", "10m"];
  const told = await doctor(args, { clock, env, gateway: holding(refreshes(1), limited) });
  expect(entries(told, "passed")).toEqual({});
  expect(entries(told, "not-run")["idle-limit"]).toContain("was answered with 429");
});

test("after the sign-out an address for the signed-in was not refused", async () => {
  const { url, clock } = await server("sign-out deletes the cookie only");
  const args = [...commonTo(url), "--only", "sign-out-session", "--protected", "/api/data"];
  let signedOut = false;
  const gateway = (request: Request) => {
    signedOut ||= request.url.endsWith("/logout") && request.method === "POST";
    if (signedOut && request.url.endsWith("/session")) return Response.json({}, { status: 401 });
    return signedOut && request.url.endsWith("/api/data") ? limited() : undefined;
  };
  const told = await doctor(args, { clock, env, gateway });
  expect(entries(told, "passed")).toEqual({});
  expect(entries(told, "not-run")["sign-out-session"]).toContain("was answered with 429");
});

test("a session that only an address tells of is not over because of a limit", async () => {
  const { url, clock } = await server();
  const config = join(await temporaryFolder(), "sojourn-doctor.mjs");
  await writeFile(
    config,
    `export default {
       server: {
         async refresh({ send, idempotencyKey }) {
           const headers = { "X-Sojourn": "1", "Idempotency-Key": idempotencyKey };
           return { user: (await send({ url: "/refresh", method: "POST", headers })).body.user };
         },
       },
     };`,
  );
  const more = ["--config", config, "--protected", "/api/data", "--only", "lost-reply"];
  let looks = 0;
  const held = (request: Request) => request.url.endsWith("/api/data") && looks++ > 0;
  const told = await doctor([...commonTo(url), ...more], { clock, env, gateway: holding(held, limited) });
  expect(entries(told, "found")).toEqual({});
  expect(entries(told, "not-run")["lost-reply"]).toContain("was answered with 429");
});
