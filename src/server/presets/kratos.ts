import { SessionError } from "../../errors.js";
import { baseOf } from "../address.js";
import type { Grant, ServerConvention } from "../convention.js";
import { refused } from "../refused.js";
import { ago, until } from "../until.js";

/** An identity as Ory Kratos names it. */
export interface KratosIdentity {
  readonly id: string;
  readonly traits?: unknown;
  readonly [field: string]: unknown;
}

/** The options of {@link kratos}. */
export interface KratosOptions {
  /** The public API: `https://auth.example.com`, or a path where it is behind the page's origin. */
  url: string;
}

interface Session<User> {
  readonly id: string;
  readonly active: boolean;
  readonly expires_at?: string;
  readonly authenticated_at?: string;
  readonly authenticator_assurance_level?: string;
  readonly identity?: User;
}

/**
 * Ory Kratos. Its sessions have one limit that nothing here moves (`session.lifespan`): the idle limit is kept here. A 403
 * asks for a second factor and ends nothing.
 * @see https://www.ory.com/docs/kratos/reference/api#tag/frontend/operation/toSession
 * @see https://www.ory.com/docs/kratos/self-service/flows/user-logout
 * @see https://github.com/ory/kratos/blob/master/session/handler.go
 */
export function kratos<User = KratosIdentity>(options: KratosOptions): ServerConvention<User> {
  const url = baseOf("url", options.url);
  return {
    async peek({ send }): Promise<Grant<User> | null> {
      const { body, headers } = await send({ url: `${url}/sessions/whoami` });
      const session = (body ?? {}) as Partial<Session<User>>;
      if (session.active === false) return null;
      if (!session.identity) throw new SessionError("ERR_BAD_REPLY", "The session reply has no identity.");
      return {
        user: session.identity,
        marker: session.id,
        absoluteExpiresIn: until(session.expires_at, headers),
        authenticatedAgo: ago(session.authenticated_at, headers),
        acr: session.authenticator_assurance_level,
      };
    },
    /** Asked for JSON the flow answers with an address, and that one with 204. */
    async end({ send }) {
      const { body } = await send({ url: `${url}/self-service/logout/browser` });
      const { logout_url } = (body ?? {}) as { logout_url?: string };
      if (!logout_url) throw new SessionError("ERR_BAD_REPLY", "The logout flow has no logout_url.");
      await send({ url: logout_url });
    },
    peekSlides: false,
    expiry: "server",
    tokens: "none",
    endedOn: refused,
  };
}
