import { baseOf, textOf } from "../address.js";
import type { Grant, ServerConvention, VerbContext } from "../convention.js";
import { held } from "../held.js";
import { renewing } from "../sign-out.js";
import { readTokenReply } from "./oauth2.js";

/** A user as Supabase Auth names it. */
export interface SupabaseUser {
  readonly id: string;
  readonly email?: string;
  readonly [field: string]: unknown;
}

/** The options of {@link supabase}. */
export interface SupabaseOptions {
  /** Where Supabase Auth is: `https://PROJECT.supabase.co/auth/v1`. */
  url: string;
  /** The publishable key of the project (`anon`). No secret. */
  apiKey: string;
}

/**
 * Reads a session of Supabase Auth, such as the reply of a sign-in, into a grant for `session.start()`.
 * @throws SessionError `ERR_BAD_REPLY`
 */
export function readSupabaseSession<User = SupabaseUser>(body: unknown): Grant<User> {
  const { user } = (body ?? {}) as { user?: User };
  return { ...readTokenReply(body), ...(user && { user }) };
}

/** What says that a session is over, by `code`, in older versions by `error_code` or `error`. */
const OVER =
  /^(refresh_token_(not_found|already_used)|session_(not_found|expired)|user_(not_found|banned)|invalid_grant)$/;

/**
 * Supabase Auth. A sign-out ends this session only: the server's own default ends those of all devices. It cannot be asked
 * how long the session lives: idle and absolute limits are kept here.
 * @see https://supabase.com/docs/guides/auth/sessions
 * @see https://github.com/supabase/auth/blob/master/internal/tokens/service.go
 * @see https://github.com/supabase/auth/blob/master/internal/api/apierrors/errorcode.go
 */
export function supabase<User = SupabaseUser>(options: SupabaseOptions): ServerConvention<User> {
  const url = baseOf("url", options.url);
  const key = { apikey: textOf("apiKey", options.apiKey), "X-Supabase-Api-Version": "2024-01-01" };

  async function refresh(context: VerbContext) {
    const { body } = await context.send({
      url: `${url}/token?grant_type=refresh_token`,
      method: "POST",
      headers: key,
      body: { refresh_token: held(context) },
    });
    return readSupabaseSession<User>(body);
  }

  return {
    refresh,
    end(context) {
      const signOut = (renewed?: Grant) => {
        const token = renewed?.accessToken ?? context.accessToken;
        const headers = { ...key, Authorization: `Bearer ${token}` };
        return context.send({ url: `${url}/logout?scope=local`, method: "POST", headers });
      };
      return renewing(signOut, () => refresh(context));
    },
    peekSlides: false,
    expiry: "server",
    tokens: "memory",
    endedOn({ status, body }) {
      const { code, error_code, error } = (body ?? {}) as Record<string, unknown>;
      return (
        status >= 400 && status < 429 && [code, error_code, error].some((said) => OVER.test(String(said)))
      );
    },
  };
}
