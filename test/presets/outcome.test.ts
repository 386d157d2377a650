import { describe, expect, test } from "vitest";
import type { SessionError } from "../../src/errors.js";
import type { ServerConvention } from "../../src/server/convention.js";
import { judgeReply, retryAfter } from "../../src/server/outcome.js";
import { bff } from "../../src/server/presets/bff.js";
import { oauth2 } from "../../src/server/presets/oauth2.js";

const WALL = Date.parse("Wed, 21 Oct 2026 07:28:00 GMT");

/** What a reply means: `"ok"`, a code, or why the session has ended. */
function meaning(convention: ServerConvention<never>, status: number, body: unknown, headers = {}): string {
  const reply = { status, headers: new Headers(headers), body };
  try {
    return judgeReply(reply, "refresh", convention, WALL) === reply ? "ok" : "another reply";
  } catch (error) {
    const { code, reason } = error as SessionError;
    return code === "ERR_REJECTED" ? `ended: ${reason}` : code;
  }
}

const HTML = undefined;
const conventions = {
  default: {} as ServerConvention<never>,
  bff: bff<never>(),
  oauth2: oauth2<never>({ tokenUrl: "/token", clientId: "app" }),
};
const KEPT = "ERR_UNAVAILABLE";

describe("T4 F15 only an explicit refusal ends a session", () => {
  test.each<
    [name: string, status: number, body: unknown, meanings: Record<keyof typeof conventions, string>]
  >([
    ["200", 200, { user: {} }, { default: "ok", bff: "ok", oauth2: "ok" }],
    ["204", 204, undefined, { default: "ok", bff: "ok", oauth2: "ok" }],
    ["299", 299, undefined, { default: "ok", bff: "ok", oauth2: "ok" }],
    ["199", 199, undefined, { default: KEPT, bff: KEPT, oauth2: KEPT }],
    ["300", 300, undefined, { default: KEPT, bff: KEPT, oauth2: KEPT }],
    ["an opaque redirect", 0, undefined, { default: KEPT, bff: KEPT, oauth2: KEPT }],
    ["302", 302, undefined, { default: KEPT, bff: KEPT, oauth2: KEPT }],
    ["401 in JSON", 401, {}, { default: "ended: rejected", bff: "ended: rejected", oauth2: KEPT }],
    ["401 in HTML, from a proxy", 401, HTML, { default: KEPT, bff: KEPT, oauth2: KEPT }],
    ["401 with a JSON text", 401, "no", { default: KEPT, bff: KEPT, oauth2: KEPT }],
    ["401 with null", 401, null, { default: KEPT, bff: KEPT, oauth2: KEPT }],
    [
      "401 that says idle",
      401,
      { reason: "idle" },
      { default: "ended: rejected", bff: "ended: idle", oauth2: KEPT },
    ],
    [
      "401 that says absolute",
      401,
      { reason: "absolute" },
      { default: "ended: rejected", bff: "ended: absolute", oauth2: KEPT },
    ],
    [
      "401 that says something else",
      401,
      { reason: "revoked" },
      { default: "ended: rejected", bff: "ended: rejected", oauth2: KEPT },
    ],
    [
      "400 invalid_grant",
      400,
      { error: "invalid_grant" },
      { default: "ended: rejected", bff: KEPT, oauth2: "ended: rejected" },
    ],
    ["400 invalid_request", 400, { error: "invalid_request" }, { default: KEPT, bff: KEPT, oauth2: KEPT }],
    ["400 in HTML", 400, HTML, { default: KEPT, bff: KEPT, oauth2: KEPT }],
    ["400 with null", 400, null, { default: KEPT, bff: KEPT, oauth2: KEPT }],
    [
      "401 invalid_client",
      401,
      { error: "invalid_client" },
      { default: "ended: rejected", bff: "ended: rejected", oauth2: KEPT },
    ],
    ["403 from a firewall", 403, HTML, { default: KEPT, bff: KEPT, oauth2: KEPT }],
    ["403 in JSON", 403, { error: "csrf" }, { default: KEPT, bff: KEPT, oauth2: KEPT }],
    ["403 invalid_grant", 403, { error: "invalid_grant" }, { default: KEPT, bff: KEPT, oauth2: KEPT }],
    ["404", 404, {}, { default: KEPT, bff: KEPT, oauth2: KEPT }],
    ["408", 408, {}, { default: KEPT, bff: KEPT, oauth2: KEPT }],
    ["419", 419, {}, { default: KEPT, bff: KEPT, oauth2: KEPT }],
    ["429", 429, {}, { default: KEPT, bff: KEPT, oauth2: KEPT }],
    ["500", 500, { error: "invalid_grant" }, { default: KEPT, bff: KEPT, oauth2: KEPT }],
    ["502 in HTML", 502, HTML, { default: KEPT, bff: KEPT, oauth2: KEPT }],
    ["503", 503, {}, { default: KEPT, bff: KEPT, oauth2: KEPT }],
  ])("%s", (_, status, body, meanings) => {
    for (const [name, expected] of Object.entries(meanings))
      expect([name, meaning(conventions[name as keyof typeof conventions], status, body)]).toEqual([
        name,
        expected,
      ]);
  });

  test("what a convention lists, and for the verb that it lists it for", () => {
    const listed: ServerConvention<never> = {
      endedOn: ({ status }, verb) => (status === 419 && verb === "refresh" ? "absolute" : false),
    };
    expect(meaning(listed, 419, undefined)).toBe("ended: absolute");
    expect(meaning(listed, 401, {})).toBe(KEPT);
    const touch = () => judgeReply({ status: 419, headers: new Headers(), body: {} }, "touch", listed, WALL);
    expect(touch).toThrow("The server could not answer (touch, 419).");
  });

  test("a convention may list what others take for good", () => {
    expect(meaning({ endedOn: ({ body }) => body === null }, 200, null)).toBe("ended: rejected");
  });

  test("the error says what happened and not what was said: a body may hold secrets", () => {
    const reply = {
      status: 400,
      headers: new Headers({ "retry-after": "7" }),
      body: { error: "invalid_grant", secret: "s3cret" },
    };
    const thrown = (convention: ServerConvention<never>) => {
      try {
        judgeReply(reply, "refresh", convention, WALL);
      } catch (error) {
        return { ...(error as SessionError), message: (error as Error).message };
      }
      return undefined;
    };
    expect(thrown(conventions.oauth2)).toEqual({
      name: "SessionError",
      code: "ERR_REJECTED",
      message: "The server ended the session (refresh, 400).",
      status: 400,
      reason: "rejected",
    });
    expect(thrown(conventions.bff)).toEqual({
      name: "SessionError",
      code: "ERR_UNAVAILABLE",
      message: "The server could not answer (refresh, 400).",
      status: 400,
      retryAfter: 7000,
    });
  });
});

describe("Retry-After", () => {
  const SERVER_DATE = "Wed, 21 Oct 2026 07:00:00 GMT";
  test.each<[name: string, headers: Record<string, string>, expected: number | undefined]>([
    ["is not always there", {}, undefined],
    ["may be empty", { "retry-after": " " }, undefined],
    ["is in seconds", { "retry-after": "120" }, 120_000],
    ["may be at once", { "retry-after": "0" }, 0],
    ["may have spaces around it", { "retry-after": "  5 " }, 5000],
    ["may be a date", { "retry-after": "Wed, 21 Oct 2026 07:28:30 GMT" }, 30_000],
    ["may be this very moment", { "retry-after": "Wed, 21 Oct 2026 07:28:00 GMT" }, 0],
    ["may be a date that has passed", { "retry-after": "Wed, 21 Oct 2026 07:27:59 GMT" }, undefined],
    [
      "is read against the server's own clock (F24)",
      { "retry-after": "Wed, 21 Oct 2026 07:00:30 GMT", date: SERVER_DATE },
      30_000,
    ],
    [
      "is read against the clock here where the server's is nonsense",
      { "retry-after": "Wed, 21 Oct 2026 07:28:30 GMT", date: "today" },
      30_000,
    ],
    ["may be nonsense", { "retry-after": "soon" }, undefined],
    ["may be nonsense with a number in it", { "retry-after": "120 seconds" }, undefined],
    ["is never negative", { "retry-after": "-5" }, undefined],
    ["has no fractions", { "retry-after": "1.5" }, undefined],
  ])("%s", (_, headers, expected) => {
    expect(retryAfter(new Headers(headers), WALL)).toBe(expected);
  });
});
