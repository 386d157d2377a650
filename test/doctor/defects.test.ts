import { describe, expect, test } from "vitest";
import { ManualClock } from "../server/support/clock.js";
import { badServer, type Defect, PAGE, PASSWORD } from "./support/bad-server.js";
import { doctor, entries } from "./support/doctor.js";
import { LOGIN } from "./support/login.js";

const env = { PASSWORD };

async function examine(planted: readonly Defect[], ...more: string[]) {
  const clock = new ManualClock();
  const server = await badServer(clock, ...planted);
  const args = [server.url, "--json", "--origin", PAGE, "--protected", "/api/data", ...LOGIN, ...more];
  return { server, ...(await doctor(args, { clock, env })) };
}

/** What is planted, the one check that finds it, and a part of what it says. */
const PLANTED: readonly (readonly [Defect, check: string, seen: string])[] = [
  ["peek slides", "peek-slides", "moved away when the session was read"],
  ["refresh slides", "refresh-slides", "moved away with a refresh"],
  ["touch does nothing", "touch-extends", "no further away"],
  ["touch moves the absolute limit", "absolute-moves", "a touch moved"],
  ["refresh moves the absolute limit", "absolute-moves", "a refresh moved"],
  ["milliseconds", "reply-shape", "milliseconds for seconds"],
  ["instants", "reply-shape", "a time of day for a lifetime"],
  ["touch without a user", "reply-shape", "touch (POST /session/touch → 200)"],
  ["dead session redirects", "dead-reply", "peek without a session was answered with 302"],
  ["dead session is a page", "dead-reply", "text/html"],
  ["no rotation", "refresh-rotates", "the same as before"],
  ["spent token accepted", "refresh-reuse", "spent two refreshes ago got a new one"],
  ["reuse unnoticed", "reuse-revokes", "the session went on"],
  ["no grace", "lost-reply", "was refused"],
  ["race", "two-refreshes", "refused"],
  ["readable cookie", "cookie-httponly", "__Host-sid has no HttpOnly"],
  ["insecure cookie", "cookie-secure", "__Host-sid has no Secure"],
  ["cookie for all sites", "cookie-samesite", "__Host-sid has SameSite=None"],
  ["cookie without SameSite", "cookie-samesite", "__Host-sid has no SameSite"],
  ["cookie without prefix", "cookie-prefix", "sid has no __Host- prefix"],
  ["cookie for the domain", "cookie-domain", "__Host-sid has Domain=app.example"],
  ["cookie for a year", "cookie-lifetime", "__Host-sid lasts 365 days"],
  ["readable cookie that remembers", "cookie-httponly", "__Host-remember has no HttpOnly"],
  ["ids that count", "session-id", "and 128 are asked for"],
  ["short ids", "session-id", "room for 48 bits"],
  ["forms accepted", "csrf", "a form of another site could touch"],
  ["plain text accepted", "csrf", "a text/plain form of another site could refresh"],
  ["siblings accepted", "csrf", "an empty post of a sibling domain could sign the user out"],
  ["no header needed", "csrf", "says nothing of its origin could touch"],
  ["origin not looked at", "csrf-origin", "but its Origin and Sec-Fetch-Site could refresh"],
  ["sign-out by a link", "csrf-method", "a link of another site could sign the user out"],
  ["CORS for everybody", "cors", "https://evil.example is allowed"],
  ["CORS for null", "cors", "null is allowed"],
  ["CORS for look-alikes", "cors", "https://evil-app.example is allowed"],
  ["CORS for *, with credentials", "cors", "* is allowed, with credentials"],
  ["planted id adopted", "fixation", "opened the user's session"],
  ["visitor's id kept", "fixation", "opened the user's session"],
  ["old session survives a sign-in", "sign-in-again", "could still be read"],
  ["sign-out deletes the cookie only", "sign-out-session", "GET /api/data is still answered"],
  ["refresh token survives the sign-out", "sign-out-refresh", "got a new credential"],
  ["sign-out clears nothing", "sign-out-clears", 'does not name "storage"'],
  ["sign-out leaves the cookie", "sign-out-clears", "__Host-sid is not expired"],
  ["id in the body", "credential-in-body", "POST /login has the value of a cookie"],
  ["signed id, bare in the body", "credential-in-body", "POST /login has the value of a cookie"],
  ["token in the body", "credential-in-body", "access_token"],
  ["id in the address of a redirect", "credential-in-url", "POST /login has a credential in an address"],
  ["id taken from the address", "credential-in-url", "takes the session from the query"],
  ["replies stored", "cache", "POST /session/touch (200) has no Cache-Control"],
  ["refusals stored", "cache", "(401) has Cache-Control: max-age=60"],
  ["no nosniff", "nosniff", "has no X-Content-Type-Options"],
  ["may be framed", "framing", "no frame-ancestors"],
  ["no HSTS", "hsts", "no Strict-Transport-Security"],
  ["HSTS for a day", "hsts", "less than a year"],
  ["clock ten minutes slow", "clock-skew", "behind this machine's clock"],
];

test("S1 S2 S3 S6 T1 C2 finds nothing in a server that does as it should, and leaves nothing out", async () => {
  const outcome = await examine([], "--wait", "10m", "--attempts", "6");
  expect(entries(outcome, "found")).toEqual({});
  expect(entries(outcome, "not-run")).toEqual({});
  expect(outcome.code).toBe(0);
});

describe("finds what is planted, and nothing else", () => {
  test.each(PLANTED)("%s: %s", async (defect, check, seen) => {
    const outcome = await examine([defect]);
    const found = entries(outcome, "found");
    expect(Object.keys(found), JSON.stringify(found)).toEqual([check]);
    expect(found[check]).toContain(seen);
    expect(outcome.code).toBe(1);
  });

  test.each([
    ["no idle limit", "idle-limit", "a session that nobody used"],
    ["no idle limit for refreshes", "idle-limit", "a session that was only refreshed"],
    ["no absolute limit", "absolute-limit", "a session in use"],
  ] as const)("S1 S2 S3 %s: %s, when it may wait", async (defect, check, seen) => {
    const outcome = await examine([defect], "--wait", "10m");
    const found = entries(outcome, "found");
    expect(Object.keys(found), JSON.stringify(found)).toEqual([check]);
    expect(found[check]).toContain(seen);
    expect(outcome.progress).toContain("Waiting for the idle limit: 6 s of 60 s");
  });

  test("no limit for guesses: sign-in-limit, when it may try", async () => {
    const { server, ...outcome } = await examine(["no limit for guesses"], "--attempts", "5");
    expect(entries(outcome, "found")).toEqual({
      "sign-in-limit": "5 wrong passwords in a row were looked at, one like the other",
    });
    expect(server.failures()).toBe(5);
  });

  test("F14 throttles without a word: retry-after, when it was throttled", async () => {
    const { server, ...outcome } = await examine(["throttles without a word"], "--attempts", "20");
    expect(entries(outcome, "found")).toEqual({ "retry-after": "POST /login (429) has no Retry-After" });
    expect(server.failures()).toBe(5);
  });
});

test("a check that was not run says why, and what would let it run", async () => {
  const outcome = await examine(["no limit for guesses"], "--skip", "cors");
  const left = entries(outcome, "not-run");
  expect(left).toMatchObject({
    cors: "you have left it out",
    "idle-limit": "it takes 60 s: --wait 2m waits for it",
    "absolute-limit": "it takes 4 min: --wait 5m waits for it",
  });
  expect(left["sign-in-limit"]).toContain("--attempts 20");
});

test("several defects are several findings", async () => {
  const outcome = await examine(["peek slides", "CORS for null", "no rotation"]);
  expect(Object.keys(entries(outcome, "found"))).toEqual(["peek-slides", "refresh-rotates", "cors"]);
});
