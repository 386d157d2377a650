import type { Grant } from "../server/convention.js";
import { readBffSession } from "../server/presets/index.js";
import type { Chance } from "./chance.js";
import type { Answer, SentRequest } from "./network.js";
import type { Timeline } from "./timeline.js";

/** A user of the fake server. */
export interface FakeUser {
  readonly id: string;
  readonly name: string;
  readonly [claim: string]: unknown;
}

/** Limits of the fake server, in ms. `Infinity`: none, and none is told. */
export interface ServerLimits {
  /** How long a user may be idle. Only a touch moves it. @default 900_000 (15 min) */
  idle?: number;
  /** How long a session lasts. Nothing moves it. @default 28_800_000 (8 h) */
  absolute?: number;
  /** How long an access credential is good. @default 300_000 (5 min) */
  access?: number;
  /**
   * For how long a refresh that is repeated with its `Idempotency-Key` gets the same successor again. 0: never, every
   * repetition is taken for a theft.
   * @default 60_000
   */
  grace?: number;
}

/** What the fake server counts. */
export interface ServerMetrics {
  refreshes: number;
  /** Refreshes that were answered a second time with what they got the first time. */
  replays: number;
  /** Refresh tokens that came again without a right to: the session was revoked. */
  reuses: number;
  touches: number;
  peeks: number;
  signIns: number;
  signOuts: number;
}

/** A session as the server has it. */
export interface ServerSession {
  readonly user: FakeUser;
  /** Rises at every sign-in. */
  readonly epoch: number;
  readonly startedAt: number;
  /** When the last touch was, in ms since the world began. */
  readonly touchedAt: number;
  /** When the access lifetime last began. */
  readonly accessAt: number;
  /** How often the refresh token was rotated. */
  readonly generation: number;
  /** Why it is over, where it is. */
  readonly over: "idle" | "absolute" | "ended" | "revoked" | undefined;
}

/**
 * A server with the conventions of the `bff` preset (`GET /session`, `POST /session/touch`, `POST /refresh`,
 * `POST /logout`, and `POST /login` with `{ "username": "ada" }`), and those of the `oauth2` preset (`POST /token`,
 * `POST /revoke`). Everything under `/api/` needs an access credential.
 */
export interface FakeServer {
  /** In force from the next request on. */
  readonly limits: Required<ServerLimits>;
  readonly metrics: ServerMetrics;
  /** All sessions ever, in the order of their sign-ins. */
  readonly sessions: readonly ServerSession[];
  /** Signs somebody in with cookies and tells what the sign-in route would have answered. */
  signIn(username: string): Grant<FakeUser>;
  /**
   * Signs somebody in with tokens, as a code exchange at an OAuth 2.0 server does. Such a server hears of no activity:
   * there is no idle limit.
   */
  issueTokens(username: string): Grant<FakeUser>;
  /** Ends a session, or all, as an operator does. */
  revoke(session?: ServerSession): void;
  /** Answers a path before anything else does; `undefined` leaves it to the rest. */
  route(path: string, handler: (request: SentRequest) => Answer | undefined): void;
}

interface Held extends ServerSession {
  touchedAt: number;
  accessAt: number;
  generation: number;
  readonly tokens: boolean;
  ended: "ended" | "revoked" | undefined;
  sid: string;
  refreshToken: string;
  previousToken: string | undefined;
  accessToken: string;
  key: string | undefined;
  rotatedAt: number;
}

const json = (status: number, body: object, more?: Answer): Answer => ({ status, body, ...more });

/** The server, and what hands requests to it. */
export function createServer(
  timeline: Timeline,
  chance: Chance,
  cookies: () => Map<string, string>,
  given: ServerLimits = {},
) {
  const limits = { idle: 900_000, absolute: 28_800_000, access: 300_000, grace: 60_000, ...given };
  const held: Held[] = [];
  const routes = new Map<string, (request: SentRequest) => Answer | undefined>();
  const metrics: ServerMetrics = {
    refreshes: 0,
    replays: 0,
    reuses: 0,
    touches: 0,
    peeks: 0,
    signIns: 0,
    signOuts: 0,
  };
  const now = () => timeline.now;

  const overOf = (session: Held): ServerSession["over"] => {
    if (session.ended) return session.ended;
    const idleAt = session.tokens ? Number.POSITIVE_INFINITY : session.touchedAt + limits.idle;
    const absoluteAt = session.startedAt + limits.absolute;
    if (now() < Math.min(idleAt, absoluteAt)) return undefined;
    return idleAt < absoluteAt ? "idle" : "absolute";
  };

  function open(username: string, tokens = false): Held {
    metrics.signIns++;
    const session: Held = {
      user: { id: username, name: `${username.charAt(0).toUpperCase()}${username.slice(1)}` },
      epoch: held.length + 1,
      startedAt: now(),
      touchedAt: now(),
      accessAt: now(),
      generation: 0,
      tokens,
      ended: undefined,
      sid: `sid-${chance.id()}`,
      refreshToken: `rt-${chance.id()}`,
      previousToken: undefined,
      accessToken: `at-${chance.id()}`,
      key: undefined,
      rotatedAt: now(),
      get over() {
        return overOf(session);
      },
    };
    held.push(session);
    return session;
  }

  /** In seconds; not told where there is no limit. */
  const left = (since: number, lifetime: number) =>
    lifetime < Number.POSITIVE_INFINITY
      ? Math.max(0, Math.min(since + lifetime - now(), lifetime)) / 1000
      : undefined;
  const bodyOf = (session: Held) => ({
    user: session.user,
    epoch: session.epoch,
    idleExpiresIn: left(session.touchedAt, limits.idle),
    absoluteExpiresIn: left(session.startedAt, limits.absolute),
    accessExpiresIn: left(session.accessAt, limits.access),
  });
  const tokensOf = (session: Held) => ({
    token_type: "Bearer",
    access_token: session.accessToken,
    refresh_token: session.refreshToken,
    expires_in: left(session.accessAt, limits.access),
  });
  /** Named after the session: a late reply to a refresh of another one overwrites nothing. */
  const tokenCookie = ({ epoch }: Held) => `rt.${epoch}`;
  const cookiesOf = (it: Held) => ({ sid: it.sid, [tokenCookie(it)]: it.refreshToken });
  const noCookies = (sent: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.keys(sent).map((name) => [name, null]));

  /** Rotation with reuse detection (RFC 9700, 4.14.2) and a grace for lost replies. `false`: refused. */
  function rotate(session: Held, token: string | undefined, key: string | undefined): boolean {
    if (!token || session.over) return false;
    const repeated = key !== undefined && key === session.key && now() - session.rotatedAt < limits.grace;
    if (repeated && (token === session.refreshToken || token === session.previousToken)) {
      metrics.replays++;
      return true;
    }
    if (token !== session.refreshToken) {
      metrics.reuses++;
      session.ended = "revoked";
      return false;
    }
    metrics.refreshes++;
    session.previousToken = token;
    session.refreshToken = `rt-${chance.id()}`;
    session.accessToken = `at-${chance.id()}`;
    session.generation++;
    session.accessAt = session.rotatedAt = now();
    session.key = key;
    return true;
  }

  function end(session: Held) {
    if (session.over) return;
    metrics.signOuts++;
    session.ended = "ended";
  }

  const refuse = (error: string, session: Held | undefined) =>
    json(401, { error, reason: session?.over ?? "none" });

  function bff(request: SentRequest, session: Held | undefined): Answer | undefined {
    const { method, path, headers } = request;
    if (method !== "GET" && headers["x-sojourn"] !== "1") return json(403, { error: "csrf" });
    const isAnother = (it: Held) => {
      const { epoch } = JSON.parse(request.body || "{}") as { epoch?: unknown };
      return epoch !== undefined && String(epoch) !== String(it.epoch);
    };
    switch (`${method} ${path}`) {
      case "POST /login": {
        if (session) end(session);
        const { username } = JSON.parse(request.body) as { username: string };
        const opened = open(username);
        return json(200, bodyOf(opened), {
          cookies: { ...noCookies(request.cookies), ...cookiesOf(opened) },
        });
      }
      case "GET /session":
        if (!session || session.over) return refuse("no_session", session);
        metrics.peeks++;
        return json(200, bodyOf(session));
      case "POST /session/touch":
        if (!session || session.over) return refuse("no_session", session);
        metrics.touches++;
        session.touchedAt = now();
        return json(200, bodyOf(session));
      case "POST /refresh":
        // Meant for the session before the one whose cookies came along: that one's token is not rotated for it.
        if (session && isAnother(session)) return json(409, { error: "other_session" });
        if (!session || !rotate(session, request.cookies[tokenCookie(session)], headers["idempotency-key"]))
          return refuse("invalid_grant", session);
        return json(200, bodyOf(session), { cookies: { [tokenCookie(session)]: session.refreshToken } });
      case "POST /logout":
        // The late word of an old end: it is not about the session that was signed in meanwhile.
        if (session && isAnother(session)) return { status: 204 };
        if (session) end(session);
        return { status: 204, cookies: noCookies(request.cookies) };
      default:
        return undefined;
    }
  }

  function oauth(request: SentRequest): Answer | undefined {
    const { method, path, headers } = request;
    if (method !== "POST" || (path !== "/token" && path !== "/revoke")) return undefined;
    const form = new URLSearchParams(request.body);
    const token = form.get(path === "/token" ? "refresh_token" : "token") ?? "";
    const owner = held.find((it) => [it.refreshToken, it.previousToken, it.accessToken].includes(token));
    if (path === "/revoke") {
      if (owner) end(owner);
      return { status: 200 };
    }
    if (!owner || !rotate(owner, token, headers["idempotency-key"]))
      return json(400, { error: "invalid_grant" });
    return json(200, tokensOf(owner));
  }

  function api(request: SentRequest, session: Held | undefined): Answer {
    const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1];
    const owner = bearer === undefined ? session : held.find((it) => it.accessToken === bearer);
    if (bearer === undefined && (!owner || owner.over)) return refuse("no_session", owner);
    if (!owner || owner.over || now() >= owner.accessAt + limits.access)
      return json(
        401,
        { error: "invalid_token" },
        { headers: { "www-authenticate": 'Bearer error="invalid_token"' } },
      );
    return json(200, { user: owner.user.id });
  }

  function handle(request: SentRequest): Answer {
    const session = held.find((it) => it.sid === request.cookies.sid);
    const answer = routes.get(request.path)?.(request) ?? oauth(request);
    if (answer) return answer;
    if (request.path.startsWith("/api/")) return api(request, session);
    return bff(request, session) ?? json(404, { error: "not_found" });
  }

  const server: FakeServer = {
    limits,
    metrics,
    sessions: held,
    signIn(username) {
      const before = held.find((it) => it.sid === cookies().get("sid"));
      if (before) end(before);
      const session = open(username);
      cookies().clear();
      for (const [name, value] of Object.entries(cookiesOf(session))) cookies().set(name, value);
      return readBffSession<FakeUser>(bodyOf(session));
    },
    issueTokens(username) {
      const session = open(username, true);
      return {
        user: session.user,
        accessToken: session.accessToken,
        refreshToken: session.refreshToken,
        accessExpiresIn: limits.access < Number.POSITIVE_INFINITY ? limits.access : undefined,
      };
    },
    revoke(session) {
      for (const it of held) if ((!session || session === it) && !it.over) it.ended = "revoked";
    },
    route: (path, handler) => void routes.set(path, handler),
  };
  return { server, handle };
}
