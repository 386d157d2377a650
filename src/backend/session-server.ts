import { auditTo, noAudit } from "./audit.js";
import type { Backend, Endpoint } from "./backend.js";
import { systemClock } from "./clock.js";
import { admit, type Demand } from "./http/admit.js";
import { Cookies } from "./http/cookies.js";
import { allowReading, preflight } from "./http/cors.js";
import { refuseForgery } from "./http/forgery.js";
import { Origins } from "./http/origins.js";
import { notFound, unavailable } from "./http/replies.js";
import type { Signed } from "./http/signed.js";
import { deriveKey } from "./keys.js";
import { type SessionServerOptions, settingsOf } from "./options.js";
import { RefreshTokens } from "./refresh-token.js";
import { logoutRoute } from "./routes/logout.js";
import { refreshRoute } from "./routes/refresh.js";
import { sessionRoutes } from "./routes/session.js";
import { sessionsRoutes } from "./routes/sessions.js";
import { Sessions } from "./sessions.js";
import { reauthenticate, signIn } from "./sign-in.js";
import { StoreUnavailable } from "./store/store.js";

/** The session layer of an application's server. Users, passwords and what slows down guessing stay the application's. */
export interface SessionServer<User> {
  /**
   * Answers what `bff()` asks for: `GET /session`, `POST /session/touch`, `POST /refresh`, `POST /logout`, under
   * `basePath`; and what a page with a user's sessions asks for: `GET /sessions`, `DELETE /sessions` for all others,
   * `DELETE /sessions/:epoch` for one of them. Everything else there is 404. A store that is away is 503, and ends nothing;
   * whatever else goes wrong rejects, for the framework to log it and to make a 500 of it.
   */
  readonly handle: (request: Request) => Promise<Response>;
  /** What `handle` answers, for a framework that wants to know. */
  readonly routes: readonly Endpoint[];
  /**
   * The user has proven who they are: makes a session, and the reply to the browser with its cookies. The session that
   * came with the request ends. Answers 403 where the request comes from another site. `startedFrom` is what the user will
   * know it by in a list of sessions, such as the browser and the system.
   * @throws TypeError where `user` knows no such user.
   */
  signIn(
    request: Request,
    userId: string,
    options?: { readonly startedFrom?: string | undefined },
  ): Promise<Response>;
  /**
   * The user proves it again, in a session that goes on under a new id. Answers 401 where there is no session, or where
   * `verify` says no.
   */
  reauthenticate(request: Request, verify: (user: User) => boolean | Promise<boolean>): Promise<Response>;
  /**
   * Who sends a request to the application: `{ session, user }`, or a `refusal` to answer with. Refuses forgeries too.
   * Looks and moves nothing: a page that polls keeps nobody signed in.
   */
  authenticate(request: Request, demand?: Demand): Promise<Signed<User>>;
  /**
   * The answer to a request that changes something and was not sent by a page that may. `form: true` where a plain form
   * of this origin may send it. `authenticate`, `signIn` and `reauthenticate` look themselves.
   */
  refuseForgery(request: Request, options?: { readonly form?: boolean }): Response | undefined;
  /** Ends the session that a request belongs to, as one that cannot be trusted any more. False where there is none. */
  revoke(request: Request): Promise<boolean>;
  /** Ends all sessions of a user. Open tabs learn of it at their next contact. Tells how many there were. */
  endAllOf(userId: string): Promise<number>;
  /** Writes down the ends that time brought, and forgets what is old. To be called every minute or so, by one process. */
  sweep(): Promise<void>;
}

/**
 * Makes the session layer of a server: one function from a `Request` to a `Response`, and what the application says to it.
 * @throws TypeError where an option is wrong, with everything that is.
 */
export function createSessionServer<User extends object>(
  options: SessionServerOptions<User>,
): SessionServer<User> {
  const { secret, limits, graceWindow, endOthersMaxAge, basePath } = settingsOf(options);
  const { store, clock = systemClock, origin, sameSite = "strict", audit, onEvent = () => {} } = options;
  const origins = new Origins(origin, options.allowedOrigins);
  const sessions = new Sessions({
    kind: "session",
    store,
    clock,
    limits,
    tokens: new RefreshTokens(deriveKey(secret, "refresh token"), graceWindow),
    audit: audit ? auditTo(audit, deriveKey(secret, "audit log"), clock) : noAudit,
  });
  const backend: Backend<User> = {
    sessions,
    origins,
    endOthersMaxAge,
    cookies: (request) =>
      new Cookies(request, { secure: origins.of(request).startsWith("https:"), sameSite }),
    user: async (userId) => options.user(userId),
    tell: onEvent,
  };
  const routes = [
    ...sessionRoutes(backend),
    refreshRoute(backend),
    logoutRoute(backend),
    ...sessionsRoutes(backend),
  ];

  async function answer(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (request.method === "OPTIONS" && origins.listsAny) return preflight(request, origins);
    for (const route of routes) {
      const epoch = route.method === request.method && match(basePath + route.path, pathname);
      if (epoch !== false)
        return refuseForgery(backend, request) ?? route.answer(request, backend.cookies(request), epoch);
    }
    return notFound();
  }

  /** As it goes out: a page of a listed origin can read it, and a database that is away ends nothing. */
  const finished = async (request: Request, reply: Promise<Response>): Promise<Response> => {
    const said = await reply.catch(unavailableOrThrow);
    allowReading(request, origins, said);
    return said;
  };

  return {
    routes,
    handle: (request) => finished(request, answer(request)),
    signIn: (request, userId, options = {}) =>
      finished(request, signIn(backend, request, userId, options.startedFrom)),
    reauthenticate: (request, verify) => finished(request, reauthenticate(backend, request, verify)),
    authenticate: (request, demand = {}) =>
      admit(backend, request, demand).catch((error) => ({ refusal: unavailableOrThrow(error) })),
    refuseForgery: (request, { form = false } = {}) => refuseForgery(backend, request, form),
    revoke: (request) => sessions.end(backend.cookies(request).sessionId, "revoked"),
    endAllOf: (userId) => sessions.endAllOf(userId),
    sweep: async () => {
      await sessions.sweep();
      await store.sweep();
    },
  };
}

function unavailableOrThrow(error: unknown): Response {
  if (error instanceof StoreUnavailable) return unavailable();
  throw error;
}

/** The part of the path that stands for `:epoch`, or `""`; false: another path. */
function match(pattern: string, path: string): string | false {
  if (pattern === path) return "";
  const [before = "", after] = pattern.split(":epoch");
  const [, epoch] =
    (after === "" && path.startsWith(before) && /^(\d+)$/.exec(path.slice(before.length))) || [];
  return epoch ?? false;
}
