import { SessionError } from "../../errors.js";
import { address, baseOf } from "../address.js";
import type { Grant, ServerConvention, VerbContext } from "../convention.js";
import { readCookie } from "../cookie.js";
import { refused } from "../refused.js";

/** A user as the application's `UserResource` names it. */
export interface SanctumUser {
  readonly id: string | number;
  readonly [field: string]: unknown;
}

/** The options of {@link sanctum}. */
export interface SanctumOptions {
  /** Where Laravel is. @default "" (the page's origin) */
  baseUrl?: string;
  /** The route that tells the user, behind `auth:sanctum`. @default "/api/user" */
  userUrl?: string;
  /** The route that signs out. @default "/logout" */
  signOutUrl?: string;
}

/**
 * Laravel Sanctum for a single-page application, with cookies. Every request extends a session of Laravel, so reading is
 * extending, and how long it lasts (`session.lifetime`) is not told: give `idle.timeout` the same. Your own requests need
 * the token too: `fetch: { csrf: … }` with {@link readCookie}.
 * @see https://laravel.com/docs/12.x/sanctum#spa-authentication
 * @see https://github.com/laravel/framework/blob/12.x/src/Illuminate/Session/Middleware/StartSession.php
 */
export function sanctum<User = SanctumUser>(options: SanctumOptions = {}): ServerConvention<User> {
  const base = baseOf("baseUrl", options.baseUrl ?? "");
  const userUrl = base + address("userUrl", options.userUrl ?? "/api/user");
  const signOutUrl = base + address("signOutUrl", options.signOutUrl ?? "/logout");
  const look = async ({ send }: VerbContext): Promise<Grant<User>> => {
    const body = (await send({ url: userUrl })).body as { data?: User; id?: unknown } | undefined;
    // A resource may be wrapped.
    const user = body?.data ?? body;
    if (!user || typeof user !== "object" || !("id" in user))
      throw new SessionError("ERR_BAD_REPLY", "The user reply has no id.");
    return { user: user as User };
  };
  return {
    peek: look,
    // `csrf-cookie` would answer 204 to somebody whose session is over, too.
    touch: look,
    async end({ send }) {
      await send({ url: `${base}/sanctum/csrf-cookie` });
      const headers = { "X-XSRF-TOKEN": readCookie("XSRF-TOKEN") };
      await send({ url: signOutUrl, method: "POST", headers });
    },
    peekSlides: true,
    slides: "always",
    expiry: "estimate",
    tokens: "none",
    // 419: Laravel's own, for a token whose session is gone. Not at a sign-out, which has just fetched one: there it was not
    // sent or is another's, and nobody was signed out.
    endedOn: (reply, verb) => refused(reply) || (reply.status === 419 && verb !== "end"),
  };
}
