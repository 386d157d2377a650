import { SessionError } from "../../errors.js";
import { baseOf } from "../address.js";
import type { Grant, ServerConvention, ServerReply, VerbContext } from "../convention.js";
import { nobody } from "../refused.js";
import { until } from "../until.js";

/** A user as Auth.js names it, unless its `session` callback says more. */
export interface AuthJsUser {
  readonly id?: string;
  readonly name?: string | null;
  readonly email?: string | null;
  readonly image?: string | null;
  readonly [field: string]: unknown;
}

/** The options of {@link authjs}. */
export interface AuthJsOptions {
  /** The `basePath` of Auth.js. @default "/api/auth"; `@auth/express` and others use "/auth" */
  baseUrl?: string;
}

function read<User>({ headers, body }: ServerReply): Grant<User> {
  const { user, expires } = (body ?? {}) as { user?: AuthJsUser; expires?: string };
  if (!user) throw new SessionError("ERR_BAD_REPLY", "The session reply has no user.");
  const subject = user.id ?? user.email ?? undefined;
  return { user: user as User, subject, idleExpiresIn: until(expires, headers) };
}

/**
 * Auth.js (NextAuth). Reading the session extends it: it is read at the start, and to say that the user is active. With a
 * database the server writes that down every `updateAge`, and tells the deadline that it has.
 * @see https://authjs.dev/reference/core#authconfig
 * @see https://github.com/nextauthjs/next-auth/blob/main/packages/core/src/lib/actions/session.ts
 */
export function authjs<User = AuthJsUser>(options: AuthJsOptions = {}): ServerConvention<User> {
  const base = baseOf("baseUrl", options.baseUrl ?? "/api/auth");
  const look = ({ send }: VerbContext) => send({ url: `${base}/session` });
  return {
    async peek(context) {
      const reply = await look(context);
      return nobody(reply) ? null : read<User>(reply);
    },
    touch: async (context) => read<User>(await look(context)),
    async end({ send }) {
      const { body } = await send({ url: `${base}/csrf` });
      const { csrfToken = "" } = (body ?? {}) as { csrfToken?: string };
      // Both ask for JSON instead of a redirect: the header since version 5, the field before.
      await send({
        url: `${base}/signout`,
        method: "POST",
        headers: { "X-Auth-Return-Redirect": "1" },
        body: new URLSearchParams({ csrfToken, json: "true" }),
      });
    },
    peekSlides: true,
    slides: "always",
    expiry: "server",
    tokens: "none",
    // It has no other way to say so; at the start that is an answer, not an end.
    endedOn: (reply, verb) => verb === "touch" && nobody(reply),
  };
}
