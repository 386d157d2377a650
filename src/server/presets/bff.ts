import { SessionError } from "../../errors.js";
import { baseOf } from "../address.js";
import type { Grant, ServerConvention, ServerReply } from "../convention.js";
import { readReply, type SessionReply } from "../reply.js";

/** A user as a `bff` server names it. */
export interface BffUser {
  readonly id: string | number;
  readonly name?: string;
  readonly [claim: string]: unknown;
}

/** The body of every reply that tells of the session. Lifetimes are relative, in seconds. */
export type BffSession<User = BffUser> = SessionReply<User> & { readonly user: User };

/** The options of {@link bff}. */
export interface BffOptions {
  /** Where the four routes are. @default "" (the page's origin) */
  baseUrl?: string;
  /** Sent with every request that changes something: a page of another origin cannot. @default { "X-Sojourn": "1" } */
  headers?: Record<string, string>;
}

/**
 * Reads a session body, such as the reply of your own sign-in route, into a grant for `session.start()`.
 * @throws SessionError `ERR_BAD_REPLY`
 */
export function readBffSession<User = BffUser>(body: unknown): Grant<User> {
  const said = body as BffSession<User> | null | undefined;
  if (typeof said?.user !== "object" || !said.user)
    throw new SessionError("ERR_BAD_REPLY", "The session reply has no user.");
  return readReply<User>(said);
}

/**
 * A backend for frontend with cookies: the page never sees a token. `GET /session`, `POST /session/touch`,
 * `POST /refresh`, `POST /logout` under `baseUrl`.
 * @see https://www.rfc-editor.org/rfc/rfc10017 (OAuth 2.0 for Browser-Based Applications)
 */
export function bff<User = BffUser>(options: BffOptions = {}): ServerConvention<User> {
  const { baseUrl = "", headers = { "X-Sojourn": "1" } } = options;
  const base = baseOf("baseUrl", baseUrl);
  /** Named where it matters which session is meant: the cookies may be those of the next one already. */
  const post = (path: string, marker?: string, more?: Record<string, string>) => ({
    url: base + path,
    method: "POST",
    headers: { ...headers, ...more },
    ...(marker && { body: { epoch: marker } }),
  });
  const read = (reply: ServerReply) => readBffSession<User>(reply.body);
  return {
    peek: async ({ send }) => read(await send({ url: `${base}/session` })),
    touch: async ({ send }) => read(await send(post("/session/touch"))),
    refresh: async ({ send, idempotencyKey, marker }) =>
      read(await send(post("/refresh", marker, { "Idempotency-Key": idempotencyKey }))),
    end: async ({ send, marker }) => void (await send(post("/logout", marker))),
    peekSlides: false,
    slides: "always",
    expiry: "server",
    tokens: "none",
    endedOn({ status, body }) {
      // A proxy's 401 is an HTML page; this server's says why.
      if (status !== 401 || typeof body !== "object" || !body) return false;
      const { reason } = body as { reason?: unknown };
      return reason === "idle" || reason === "absolute" ? reason : true;
    },
  };
}
