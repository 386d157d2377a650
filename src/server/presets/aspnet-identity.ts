import { SessionError } from "../../errors.js";
import { address, baseOf } from "../address.js";
import type { Grant, ServerConvention, VerbContext } from "../convention.js";
import { held } from "../held.js";
import { unauthorized } from "../refused.js";

/** A user as `GET /manage/info` names it. */
export interface AspNetIdentityUser {
  readonly email: string;
  readonly isEmailConfirmed?: boolean;
}

/** The options of {@link aspnetIdentity}. */
export interface AspNetIdentityOptions {
  /** Where `MapIdentityApi` put its routes. @default "" (the page's origin) */
  baseUrl?: string;
  /**
   * The session is in a cookie (`/login?useCookies=true`) and not in tokens.
   * @default false
   */
  cookies?: boolean;
  /** The application's own route that signs out. @default none: a sign-out ends the session here only */
  signOutUrl?: string;
}

/**
 * Reads a token reply of ASP.NET Core Identity, such as the one of `/login`, into a grant for `session.start()`.
 * @throws SessionError `ERR_BAD_REPLY`
 */
export function readIdentityReply(body: unknown): Grant<never> {
  const { accessToken, refreshToken, expiresIn, tokenType } = (body ?? {}) as Record<string, string>;
  if (!accessToken) throw new SessionError("ERR_BAD_REPLY", "The token reply has no accessToken.");
  return {
    accessToken,
    refreshToken: refreshToken ?? undefined,
    tokenType: tokenType ?? undefined,
    accessExpiresIn: Number(expiresIn) * 1000,
  };
}

/**
 * ASP.NET Core Identity (`MapIdentityApi`). With tokens it can be refreshed and not asked; with a cookie it can be asked,
 * which extends the session once half of it is over: `ExpireTimeSpan` is to be twice `idle.timeout`.
 * @see https://learn.microsoft.com/aspnet/core/security/authentication/identity-api-authorization
 * @see https://github.com/dotnet/aspnetcore/blob/main/src/Identity/Core/src/IdentityApiEndpointRouteBuilderExtensions.cs
 */
export function aspnetIdentity<User = AspNetIdentityUser>(
  options: AspNetIdentityOptions = {},
): ServerConvention<User> {
  const base = baseOf("baseUrl", options.baseUrl ?? "");
  const { cookies } = options;
  const signOutUrl = options.signOutUrl && address("signOutUrl", options.signOutUrl);
  const look = async ({ send }: VerbContext): Promise<Grant<User>> => {
    const { email } = ((await send({ url: `${base}/manage/info` })).body ?? {}) as AspNetIdentityUser;
    if (!email) throw new SessionError("ERR_BAD_REPLY", "The reply has no email.");
    return { user: { email } as User, subject: email };
  };
  return {
    ...(cookies && { peek: look, touch: look }),
    ...(!cookies && {
      async refresh(context: VerbContext) {
        const body = { refreshToken: held(context) };
        const reply = await context.send({ url: `${base}/refresh`, method: "POST", body });
        return readIdentityReply(reply.body) as Grant<User>;
      },
    }),
    ...(signOutUrl && {
      async end({ send, accessToken }: VerbContext) {
        const headers = { Authorization: accessToken && `Bearer ${accessToken}` };
        // A body that is not a form's: the application's proof that a page of its own sent it.
        await send({ url: signOutUrl, method: "POST", headers, body: {} });
      },
    }),
    peekSlides: !!cookies,
    slides: "half",
    expiry: cookies ? "estimate" : "server",
    tokens: cookies ? "none" : "memory",
    // A challenge: 401 without a body.
    endedOn: unauthorized,
  };
}
