import { SessionError } from "../../errors.js";
import { baseOf } from "../address.js";
import type { Grant, ServerConvention, ServerReply } from "../convention.js";
import { nobody, refused } from "../refused.js";
import { ago, until } from "../until.js";

/** A user as Better Auth names it. */
export interface BetterAuthUser {
  readonly id: string;
  readonly email?: string;
  readonly name?: string;
  readonly [field: string]: unknown;
}

/** The options of {@link betterAuth}. */
export interface BetterAuthOptions {
  /** The `basePath` of Better Auth. @default "/api/auth" */
  baseUrl?: string;
}

function read<User>({ headers, body }: ServerReply): Grant<User> {
  const { session, user } = (body ?? {}) as { session?: Record<string, string>; user?: User };
  if (!session || !user)
    throw new SessionError("ERR_BAD_REPLY", "The session reply has no session and user.");
  return {
    user,
    marker: session.id,
    idleExpiresIn: until(session.expiresAt, headers),
    authenticatedAgo: ago(session.createdAt, headers),
  };
}

/**
 * Better Auth. A read says that it is none of the user's doing (`disableRefresh`) and wants no cached copy; a touch is the
 * same read without the first, which the server writes down every `updateAge`.
 * @see https://better-auth.com/docs/concepts/session-management
 * @see https://github.com/better-auth/better-auth/blob/main/packages/better-auth/src/api/routes/session.ts
 */
export function betterAuth<User = BetterAuthUser>(options: BetterAuthOptions = {}): ServerConvention<User> {
  const base = baseOf("baseUrl", options.baseUrl ?? "/api/auth");
  // A copy in a cookie would be answered from, and nothing written.
  const url = `${base}/get-session?disableCookieCache=true`;
  return {
    async peek({ send }) {
      const reply = await send({ url: `${url}&disableRefresh=true` });
      return nobody(reply) ? null : read<User>(reply);
    },
    async touch({ send }) {
      const reply = await send({ url });
      // `deferSessionRefresh`: a GET writes nothing, and says that a POST is due.
      const { needsRefresh } = (reply.body ?? {}) as { needsRefresh?: boolean };
      return read<User>(needsRefresh ? await send({ url, method: "POST" }) : reply);
    },
    end: async ({ send }) => void (await send({ url: `${base}/sign-out`, method: "POST", body: {} })),
    peekSlides: false,
    slides: "updateAge",
    expiry: "server",
    tokens: "none",
    endedOn: (reply, verb) => refused(reply) || (verb === "touch" && nobody(reply)),
  };
}
