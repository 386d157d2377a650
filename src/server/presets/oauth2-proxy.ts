import { SessionError } from "../../errors.js";
import { baseOf } from "../address.js";
import type { ServerConvention } from "../convention.js";
import { unauthorized } from "../refused.js";
import { type Navigate, signOutBy } from "../sign-out.js";

/** A user as `/oauth2/userinfo` names it. */
export interface OAuth2ProxyUser {
  readonly user?: string;
  readonly email?: string;
  readonly groups?: readonly string[];
  readonly preferredUsername?: string;
}

/** The options of {@link oauth2Proxy}. */
export interface OAuth2ProxyOptions {
  /** The `--proxy-prefix`. @default "/oauth2" */
  prefix?: string;
  /**
   * Whether `--cookie-refresh` is set: then every request may extend the session, reading it too.
   * @default true
   */
  cookieRefresh?: boolean;
  /**
   * Takes the page to `/oauth2/sign_out`: `(url) => location.assign(url)`. To sign out at the identity provider as well, to
   * that address with its own logout as `rd` (`--whitelist-domain`).
   * @default none: the cookie is cleared by a request, and the identity provider goes on knowing the user
   */
  navigate?: Navigate;
}

/**
 * oauth2-proxy. How long the session lasts is not told: `idle.timeout` is to be no longer than `--cookie-expire` less
 * `--cookie-refresh`; without a refresh `absolute.timeout` is `--cookie-expire`.
 * @see https://oauth2-proxy.github.io/oauth2-proxy/features/endpoints
 * @see https://github.com/oauth2-proxy/oauth2-proxy/blob/master/pkg/middleware/stored_session.go
 */
export function oauth2Proxy<User = OAuth2ProxyUser>(
  options: OAuth2ProxyOptions = {},
): ServerConvention<User> {
  const prefix = baseOf("prefix", options.prefix ?? "/oauth2");
  const { cookieRefresh = true, navigate } = options;
  const check = `${prefix}/auth`;
  return {
    async peek({ send }) {
      const user = (await send({ url: `${prefix}/userinfo` })).body as OAuth2ProxyUser | undefined;
      const subject = user?.email || user?.user;
      if (!subject) throw new SessionError("ERR_BAD_REPLY", "The userinfo reply has no user.");
      return { user: user as User, subject };
    },
    ...(cookieRefresh && { touch: async ({ send }) => void (await send({ url: check })) }),
    end: (context) => signOutBy(context, `${prefix}/sign_out`, check, {}, navigate),
    peekSlides: cookieRefresh,
    slides: "updateAge",
    expiry: "estimate",
    tokens: "none",
    // 403 is not for want of a session, but of a group.
    endedOn: unauthorized,
  };
}
