import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import type { Clock } from "../../../src/backend/clock.js";

/** What is wrong with the server, or hard to see through. Without any of these it does what it should. */
export type Defect =
  | "peek slides"
  | "refresh slides"
  | "touch does nothing"
  | "touch moves the absolute limit"
  | "refresh moves the absolute limit"
  | "no idle limit"
  | "no idle limit for refreshes"
  | "no absolute limit"
  | "milliseconds"
  | "whole seconds"
  | "instants"
  | "touch without a user"
  | "dead session redirects"
  | "dead session is a page"
  | "no rotation"
  | "spent token accepted"
  | "reuse unnoticed"
  | "no grace"
  | "race"
  | "readable cookie"
  | "insecure cookie"
  | "cookie for all sites"
  | "cookie without SameSite"
  | "cookie without prefix"
  | "cookie for the domain"
  | "cookie for a year"
  | "readable cookie that remembers"
  | "ids that count"
  | "short ids"
  | "forms accepted"
  | "plain text accepted"
  | "siblings accepted"
  | "no header needed"
  | "origin not looked at"
  | "sign-out by a link"
  | "CORS for everybody"
  | "CORS for null"
  | "CORS for look-alikes"
  | "CORS for *, with credentials"
  | "planted id adopted"
  | "visitor's id kept"
  | "old session survives a sign-in"
  | "sign-out deletes the cookie only"
  | "refresh token survives the sign-out"
  | "sign-out clears nothing"
  | "sign-out leaves the cookie"
  | "id in the body"
  | "signed id, bare in the body"
  | "token in the body"
  | "id in a header"
  | "id in the address of a redirect"
  | "id taken from the address"
  | "replies stored"
  | "refusals stored"
  | "no nosniff"
  | "may be framed"
  | "no HSTS"
  | "HSTS for a day"
  | "clock ten minutes slow"
  | "no limit for guesses"
  | "throttles without a word"
  | "secrets in errors";

interface Session {
  readonly id: string;
  readonly epoch: number;
  started: number;
  touched: number;
  refreshed: boolean;
  token: string;
  readonly remembered: string;
  readonly spent: Set<string>;
  /** By `Idempotency-Key`: what was given for what. */
  readonly given: Map<string, { from: string; to: string }>;
  busy: number;
  ended: boolean;
  revoked: boolean;
}

export const PASSWORD = "correct horse battery staple";
export const PAGE = "https://app.example";
const IDLE = 60_000;
const ABSOLUTE = 240_000;
const RACE = 60;

/** A server of sessions in one file, with its defects in the open. Users come to `PAGE`; something ends TLS before it. */
export async function badServer(clock: Clock, ...planted: readonly Defect[]) {
  const has = (defect: Defect): boolean => planted.includes(defect);
  const sessions = new Map<string, Session>();
  const seen: string[] = [];
  let count = 0;
  let failures = 0;

  const secret = (): string => {
    count += 1;
    if (has("ids that count")) return `session-number-${String(count).padStart(28, "0")}`;
    return randomBytes(has("short ids") ? 6 : 32).toString("base64url");
  };
  const SID = has("cookie without prefix") ? "sid" : "__Host-sid";
  const RT = has("cookie without prefix") ? "rt" : "__Host-rt";
  const REMEMBER = "__Host-remember";
  const attributes = [
    "Path=/",
    has("readable cookie") ? "" : "HttpOnly",
    has("insecure cookie") ? "" : "Secure",
    has("cookie without SameSite") ? "" : `SameSite=${has("cookie for all sites") ? "None" : "Strict"}`,
    has("cookie for the domain") ? "Domain=app.example" : "",
    has("cookie for a year") ? "Max-Age=31536000" : "",
  ]
    .filter(Boolean)
    .join("; ");
  const cookie = (name: string, value: string) => `${name}=${value}; ${attributes}`;
  const signed = (id: string) => (has("signed id, bare in the body") ? `${id}.0123456789abcdef` : id);
  const expired = (name: string) => `${name}=; Path=/; HttpOnly; Secure; SameSite=Strict; Max-Age=0`;

  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? "/", "http://server.example");
    const body = await bodyOf(request);
    const cookies = new Map(
      (request.headers.cookie ?? "").split("; ").map((pair) => pair.split("=", 2) as [string, string]),
    );
    const route = `${request.method} ${url.pathname}`;
    seen.push(`${route} ${JSON.stringify(request.headers)} ${body}`);
    headers(request, response, url.pathname);

    if (route === "GET /") {
      if (has("visitor's id kept") && !cookies.get(SID))
        response.setHeader("Set-Cookie", cookie(SID, secret()));
      response.setHeader("Content-Type", "text/html");
      if (!has("may be framed")) response.setHeader("Content-Security-Policy", "frame-ancestors 'none'");
      return response.end("<!doctype html><title>App</title>");
    }
    if (request.method === "OPTIONS") return response.writeHead(204).end();
    if (request.method === "POST" && forged(request)) return json(response, 403, { error: "csrf" });

    const id =
      cookies.get(SID)?.split(".")[0] ??
      (has("id taken from the address") ? (url.searchParams.get(SID) ?? "") : "");
    const session = sessions.get(id) ?? remembered(cookies.get(REMEMBER));
    switch (route) {
      case "POST /login":
        return signIn(response, JSON.parse(body || "{}"), id);
      case "GET /session":
        if (has("id in a header")) response.setHeader("Cache-Control", `private="${id}"`);
        if (session && has("peek slides") && alive(session)) session.touched = clock.now();
        return answer(response, session, alive(session), true, hint(id));
      case "POST /session/touch": {
        const lives = alive(session);
        if (session && lives && !has("touch does nothing")) session.touched = clock.now();
        if (session && has("touch moves the absolute limit")) session.started = clock.now();
        return answer(response, session, lives, !has("touch without a user"));
      }
      case "POST /refresh":
        return refresh(response, session, cookies.get(RT) ?? "", request.headers["idempotency-key"]);
      case "POST /logout":
        return signOut(response, session);
      case "GET /logout":
        return has("sign-out by a link")
          ? signOut(response, session)
          : json(response, 404, { error: "none" });
      case "GET /api/data":
        return alive(session) ? json(response, 200, { data: [] }) : nobody(response);
      default:
        return json(response, 404, { error: "none" });
    }
  });

  function headers(request: IncomingMessage, response: ServerResponse, path: string): void {
    if (!has("replies stored") || path !== "/session/touch") response.setHeader("Cache-Control", "no-store");
    if (!has("no nosniff")) response.setHeader("X-Content-Type-Options", "nosniff");
    if (!has("no HSTS"))
      response.setHeader(
        "Strict-Transport-Security",
        `max-age=${has("HSTS for a day") ? 86_400 : 31_536_000}`,
      );
    if (has("clock ten minutes slow"))
      response.setHeader("Date", new Date(Date.now() - 600_000).toUTCString());
    const { origin } = request.headers;
    const lookAlike = origin?.startsWith("https://evil-") || origin?.startsWith("https://app.example.");
    const allowed =
      (has("CORS for everybody") && origin) ||
      (has("CORS for null") && origin === "null" && origin) ||
      (has("CORS for look-alikes") && lookAlike && origin) ||
      (has("CORS for *, with credentials") && "*");
    if (!allowed) return;
    response.setHeader("Access-Control-Allow-Origin", allowed);
    response.setHeader("Access-Control-Allow-Credentials", "true");
  }

  function forged({ headers }: IncomingMessage): boolean {
    const type = headers["content-type"] ?? "application/json";
    const site = headers["sec-fetch-site"];
    if (has("forms accepted") && type.includes("form")) return false;
    if (has("plain text accepted") && type === "text/plain") return false;
    if (has("siblings accepted") && site === "same-site") return false;
    if (has("no header needed") && !site && !headers.origin) return false;
    if (headers["x-sojourn"] !== "1" || type !== "application/json") return true;
    if (has("origin not looked at")) return false;
    return (site ?? "same-origin") !== "same-origin" || (headers.origin ?? PAGE) !== PAGE;
  }

  function signIn(response: ServerResponse, given: { password?: string }, id: string): ServerResponse {
    if (!has("no limit for guesses")) response.setHeader("RateLimit-Limit", "10");
    if (given.password !== PASSWORD) {
      failures += 1;
      if (failures > 4 && !has("no limit for guesses")) {
        if (!has("throttles without a word")) response.setHeader("Retry-After", "30");
        return json(response, 429, { error: "rate_limited" });
      }
      return json(response, 401, {
        error: "bad_credentials",
        ...(has("secrets in errors") && { message: `${given.password} is wrong` }),
      });
    }
    const before = sessions.get(id);
    if (before && !has("old session survives a sign-in")) before.ended = before.revoked = true;
    const adopted = id !== "" && !before && (has("planted id adopted") || has("visitor's id kept"));
    const session: Session = {
      id: adopted ? id : secret(),
      epoch: count,
      started: clock.now(),
      touched: clock.now(),
      refreshed: false,
      token: secret(),
      remembered: secret(),
      spent: new Set(),
      given: new Map(),
      busy: 0,
      ended: false,
      revoked: false,
    };
    sessions.set(session.id, session);
    // A setting, which opens nothing: nobody has to hide it.
    const language = "language=en-GB-oxendict; Path=/; Max-Age=31536000";
    const remember = `${REMEMBER}=${session.remembered}; Path=/; Secure; SameSite=Strict`;
    response.setHeader("Set-Cookie", [
      ...[language, cookie(SID, signed(session.id)), cookie(RT, session.token)],
      ...(has("readable cookie that remembers") ? [remember] : []),
    ]);
    if (has("id in the address of a redirect"))
      return response.writeHead(303, { location: `/?session=${session.id}` }).end();
    return answer(response, session, true, true, {
      ...(has("signed id, bare in the body") && { sessionName: session.id }),
      ...hint(session.id),
      ...(has("token in the body") && { access_token: randomBytes(16).toString("hex") }),
    });
  }

  const hint = (id: string): object => (has("id in the body") ? { hint: `your id is ${id}` } : {});

  /** Either cookie alone opens the session. */
  function remembered(value: string | undefined): Session | undefined {
    if (!has("readable cookie that remembers")) return undefined;
    return [...sessions.values()].find((session) => session.remembered === value);
  }

  function alive(session: Session | undefined): boolean {
    if (!session || session.ended) return false;
    const now = clock.now();
    const idle = has("no idle limit") || (has("no idle limit for refreshes") && session.refreshed);
    return (
      (idle || now < session.touched + IDLE) && (has("no absolute limit") || now < session.started + ABSOLUTE)
    );
  }

  async function refresh(
    response: ServerResponse,
    session: Session | undefined,
    token: string,
    key: string | string[] | undefined,
  ): Promise<ServerResponse> {
    const revived = session && has("refresh token survives the sign-out") && !session.revoked;
    if (!session || !(alive(session) || revived)) return nobody(response);
    if (has("race")) {
      session.busy += 1;
      await new Promise((resolve) => setTimeout(resolve, RACE));
      if (session.busy > 1) session.ended = true;
      session.busy -= 1;
      if (session.ended) return nobody(response);
    }
    const before = session.given.get(String(key));
    if (before && (token === before.from || token === before.to) && !has("no grace")) {
      response.setHeader("Set-Cookie", cookie(RT, session.token));
      return answer(response, session, true);
    }
    if (token !== session.token && !(has("spent token accepted") && session.spent.has(token))) {
      if (!has("reuse unnoticed") && session.spent.has(token)) session.ended = session.revoked = true;
      return nobody(response);
    }
    if (!has("no rotation")) {
      session.spent.add(session.token);
      session.token = secret();
      session.given.set(String(key), { from: token, to: session.token });
    }
    session.refreshed = true;
    if (has("refresh slides")) session.touched = clock.now();
    if (has("refresh moves the absolute limit")) session.started = clock.now();
    response.setHeader("Set-Cookie", cookie(RT, session.token));
    return answer(response, session, true);
  }

  function signOut(response: ServerResponse, session: Session | undefined): ServerResponse {
    if (session && !has("sign-out deletes the cookie only")) {
      session.ended = true;
      session.revoked = !has("refresh token survives the sign-out");
    } else if (session) session.token = "";
    if (!has("sign-out leaves the cookie"))
      response.setHeader("Set-Cookie", [SID, RT, REMEMBER].map(expired));
    if (!has("sign-out clears nothing")) response.setHeader("Clear-Site-Data", '"cache", "storage"');
    return response.writeHead(204).end();
  }

  function answer(
    response: ServerResponse,
    session: Session | undefined,
    lives: boolean,
    user = true,
    more: object = {},
  ): ServerResponse {
    if (!session || !lives) return nobody(response);
    const left = (since: number, limit: number) => {
      if (has("instants")) return (since + limit) / 1000;
      const ms = Math.max(0, since + limit - clock.now());
      if (has("milliseconds")) return ms;
      return has("whole seconds") ? Math.round(ms / 1000) : ms / 1000;
    };
    return json(response, 200, {
      ...(user && { user: { id: "ada" } }),
      epoch: session.epoch,
      idleExpiresIn: left(session.touched, IDLE),
      absoluteExpiresIn: left(session.started, ABSOLUTE),
      ...more,
    });
  }

  function nobody(response: ServerResponse): ServerResponse {
    if (has("refusals stored")) response.setHeader("Cache-Control", "max-age=60");
    if (has("dead session redirects")) return response.writeHead(302, { location: "/login" }).end();
    if (!has("dead session is a page")) return json(response, 401, { error: "no_session" });
    return response.writeHead(200, { "Content-Type": "text/html" }).end("<title>Sign in</title>");
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    /** Every request, with its headers and its body. */
    seen: seen as readonly string[],
    /** Every id and token that it has given out. */
    secrets: () =>
      [...sessions.values()]
        .flatMap(({ id, token, remembered, spent }) => [id, token, remembered, ...spent])
        .filter(Boolean),
    failures: () => failures,
  };
}

function json(response: ServerResponse, status: number, body: object): ServerResponse {
  return response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += chunk;
  return text;
}
