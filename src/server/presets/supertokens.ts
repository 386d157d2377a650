import { SessionError } from "../../errors.js";
import { baseOf } from "../address.js";
import type { Grant, ServerConvention, ServerRequest, VerbContext } from "../convention.js";
import { refused } from "../refused.js";
import { renewing } from "../sign-out.js";
import { until } from "../until.js";

/** A user as SuperTokens names it: the payload of the access token, with the user's id. */
export interface SuperTokensUser {
  readonly id: string;
  readonly [claim: string]: unknown;
}

/** The options of {@link supertokens}. */
export interface SuperTokensOptions {
  /** The API's domain and base path. @default "/auth" */
  baseUrl?: string;
  /**
   * With `antiCsrf: "VIA_TOKEN"` at the server: where the page keeps that token, for all tabs. `get` is asked for it, `set`
   * is told a new one.
   * @default none: the `rid` header is the proof (`VIA_CUSTOM_HEADER`), or cookies are SameSite
   */
  antiCsrf?: { get(): string | undefined; set(token: string): void };
}

/**
 * Reads the `front-token` header, such as the one of a sign-in's reply, into a grant for `session.start()`.
 * @throws SessionError `ERR_BAD_REPLY` where there is none: a proxy took it away, or CORS does not expose it
 */
export function readFrontToken<User = SuperTokensUser>(headers: Headers): Grant<User> {
  try {
    const bytes = Uint8Array.from(atob(headers.get("front-token") as string), (c) => c.charCodeAt(0));
    const { uid, ate, up } = JSON.parse(new TextDecoder().decode(bytes));
    // Since its own stamp, so that no clock matters.
    const accessExpiresIn = up.iat ? ate - up.iat * 1000 : until(ate / 1000, headers);
    return { user: { ...up, id: uid } as User, marker: up.sessionHandle, accessExpiresIn };
  } catch {
    throw new SessionError(
      "ERR_BAD_REPLY",
      "The reply has no front-token: see access-control-expose-headers.",
    );
  }
}

/**
 * SuperTokens with cookies. The page sees no token, but the `front-token` header, which tells of one. It cannot be asked
 * whether the session lives: idle and absolute limits are kept here.
 * @see https://github.com/supertokens/supertokens-website/blob/master/lib/ts/fetch.ts
 * @see https://app.swaggerhub.com/apis/supertokens/FDI
 */
export function supertokens<User = SuperTokensUser>(
  options: SuperTokensOptions = {},
): ServerConvention<User> {
  const base = baseOf("baseUrl", options.baseUrl ?? "/auth");
  const { antiCsrf } = options;
  const post = (path: string): ServerRequest => ({
    url: base + path,
    method: "POST",
    headers: {
      rid: "session",
      "fdi-version": "1.16,1.17,1.18,1.19,2.0,3.0,3.1,4.0,4.1",
      "st-auth-mode": "cookie",
      "anti-csrf": antiCsrf?.get(),
    },
  });

  async function refresh({ send }: VerbContext) {
    const { headers } = await send(post("/session/refresh"));
    const token = headers.get("anti-csrf");
    if (token) antiCsrf?.set(token);
    return readFrontToken<User>(headers);
  }

  return {
    refresh,
    end: (context) =>
      renewing(
        () => context.send(post("/signout")),
        () => refresh(context),
      ),
    peekSlides: false,
    expiry: "server",
    tokens: "none",
    // A sign-out whose access token has expired is not refused, but asked to refresh first.
    endedOn: (reply) =>
      refused(reply) && (reply.body as { message?: unknown }).message !== "try refresh token",
  };
}
