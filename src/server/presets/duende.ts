import { SessionError } from "../../errors.js";
import { baseOf } from "../address.js";
import type { Grant, ServerConvention, ServerReply, VerbContext } from "../convention.js";
import { nobody, unauthorized } from "../refused.js";
import { type Navigate, signOutBy } from "../sign-out.js";
import { ago } from "../until.js";

/** The claims of a user, by type. A claim that comes several times is a list. */
export interface DuendeUser {
  readonly sub: string;
  readonly [claim: string]: unknown;
}

/** The options of {@link duende}. */
export interface DuendeOptions {
  /** The `ManagementBasePath` of Duende.BFF. @default "/bff" */
  baseUrl?: string;
  /**
   * Takes the page to the logout URL, which signs out at the identity provider too: `(url) => location.assign(url)`.
   * @default none: the session of the BFF is ended by a request, and the identity provider goes on knowing the user
   */
  navigate?: Navigate;
}

type Claim = { readonly type: string; readonly value: unknown };

function claimsOf({ body }: ServerReply): Record<string, unknown> {
  // A claim may have any name, that of a method too.
  const claims: Record<string, unknown> = Object.create(null);
  if (Array.isArray(body))
    for (const { type, value } of body as Claim[])
      claims[type] = type in claims ? [claims[type], value].flat() : value;
  if (!claims.sub) throw new SessionError("ERR_BAD_REPLY", "The user reply has no sub.");
  return claims;
}

function read<User>(reply: ServerReply): Grant<User> {
  const claims = claimsOf(reply);
  const { "bff:session_expires_in": left, auth_time: at, acr } = claims;
  return {
    user: Object.fromEntries(Object.entries(claims).filter(([type]) => !type.startsWith("bff:"))) as User,
    idleExpiresIn: left == null ? undefined : Number(left) * 1000,
    authenticatedAgo: ago(at && Number(at), reply.headers),
    acr: acr as string | undefined,
  };
}

/**
 * Duende.BFF (ASP.NET Core). Every request to it has the `X-CSRF` header; a read says `slide=false`.
 * @see https://docs.duendesoftware.com/bff/fundamentals/session/management/user/
 * @see https://docs.duendesoftware.com/bff/fundamentals/session/management/logout/
 * @see https://github.com/DuendeSoftware/products/tree/main/bff/src/Bff/Endpoints/Internal
 */
export function duende<User = DuendeUser>(options: DuendeOptions = {}): ServerConvention<User> {
  const base = baseOf("baseUrl", options.baseUrl ?? "/bff");
  const headers = { "X-CSRF": "1" };
  const url = `${base}/user?slide=false`;
  const look = ({ send }: VerbContext) => send({ url, headers });
  return {
    async peek(context) {
      const reply = await look(context);
      return nobody(reply) ? null : read<User>(reply);
    },
    touch: async ({ send }) => read<User>(await send({ url: `${base}/user`, headers })),
    async end(context) {
      const { "bff:logout_url": logout = `${base}/logout` } = claimsOf(await look(context));
      // Relative to the BFF, which may be of another origin.
      const target = /^https?:/.test(base) ? new URL(String(logout), base).href : String(logout);
      await signOutBy(context, target, url, headers, options.navigate);
    },
    peekSlides: false,
    slides: "half",
    expiry: "server",
    tokens: "none",
    // `AnonymousSessionResponse`: 401 without a word, or 200 and null.
    endedOn: (reply, verb) => unauthorized(reply) || (verb !== "peek" && nobody(reply)),
  };
}
