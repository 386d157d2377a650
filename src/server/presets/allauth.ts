import { SessionError } from "../../errors.js";
import { baseOf } from "../address.js";
import type { Grant, ServerConvention, VerbContext } from "../convention.js";
import { readCookie } from "../cookie.js";
import { ago } from "../until.js";

/** A user as django-allauth names it. */
export interface AllauthUser {
  readonly id: string | number;
  readonly display?: string;
  readonly email?: string;
  readonly [field: string]: unknown;
}

/** The options of {@link allauth}. */
export interface AllauthOptions {
  /** Where the headless API for browsers is. @default "/_allauth/browser/v1" */
  baseUrl?: string;
  /**
   * Django's `SESSION_SAVE_EVERY_REQUEST`: every request extends the session, reading it too.
   * @default false: nothing extends it
   */
  saveEveryRequest?: boolean;
  /** Django's `CSRF_COOKIE_NAME`. @default "csrftoken" */
  csrfCookie?: string;
}

interface Reply<User> {
  readonly data?: { readonly user?: User; readonly methods?: readonly { readonly at?: number }[] };
  readonly meta?: { readonly is_authenticated?: boolean };
}

/**
 * django-allauth, headless, for browsers. How long the session lasts (`SESSION_COOKIE_AGE`) is not told: give
 * `absolute.timeout` the same, or `idle.timeout` with `saveEveryRequest`.
 * @see https://docs.allauth.org/en/latest/headless/openapi-specification/
 * @see https://github.com/pennersr/django-allauth/blob/main/allauth/headless/spec/doc/description.md
 */
export function allauth<User = AllauthUser>(options: AllauthOptions = {}): ServerConvention<User> {
  const url = `${baseOf("baseUrl", options.baseUrl ?? "/_allauth/browser/v1")}/auth/session`;
  const { saveEveryRequest = false, csrfCookie = "csrftoken" } = options;
  const look = async ({ send }: VerbContext): Promise<Grant<User>> => {
    const { body, headers } = await send({ url });
    const { user, methods = [] } = (body as Reply<User> | undefined)?.data ?? {};
    if (!user) throw new SessionError("ERR_BAD_REPLY", "The session reply has no user.");
    const last = Math.max(0, ...methods.map(({ at = 0 }) => at));
    return { user, authenticatedAgo: ago(last || null, headers) };
  };
  return {
    peek: look,
    ...(saveEveryRequest && { touch: look }),
    // Answered with 401: nobody is signed in any more.
    end: async ({ send }) =>
      void (await send({ url, method: "DELETE", headers: { "X-CSRFToken": readCookie(csrfCookie) } })),
    peekSlides: saveEveryRequest,
    slides: "always",
    expiry: "estimate",
    tokens: "none",
    // 401 of somebody who is authenticated asks for that once more.
    endedOn({ status, body }) {
      const said = (body as Reply<User> | undefined)?.meta?.is_authenticated;
      return (status === 401 && said === false) || (status === 410 && typeof body === "object");
    },
  };
}
