import { SessionError } from "../../errors.js";
import { address, refuse, textOf } from "../address.js";
import type { Grant, ServerConvention, VerbContext } from "../convention.js";
import { held } from "../held.js";
import type { Proof } from "../proof.js";
import { readReply } from "../reply.js";

/** The reply of a token endpoint (RFC 6749 §5.1). */
export interface TokenReply {
  readonly access_token: string;
  readonly expires_in?: number;
  readonly refresh_token?: string;
  readonly token_type?: string;
}

/** What `start({ exchange })` takes for an {@link oauth2} server: the end of an authorization code flow with PKCE. */
export interface CodeExchange {
  /** The `code` of the redirect. */
  readonly code: string;
  /** The `code_verifier` (RFC 7636) of which the challenge was sent. */
  readonly codeVerifier: string;
  /** The `redirect_uri` of the authorization request. */
  readonly redirectUri: string;
}

/** The options of {@link oauth2}. */
export interface OAuth2Options {
  /** The token endpoint. */
  tokenUrl: string;
  clientId: string;
  /** The revocation endpoint (RFC 7009). @default none: a sign-out ends the session here only */
  revocationUrl?: string;
  /**
   * Sends `Idempotency-Key` with a refresh, for a server that honours it: then the reply of a rotation may be lost. To
   * another origin the header needs that origin's CORS consent, which most token endpoints do not give.
   * @default false
   */
  idempotency?: boolean;
  /** Binds the tokens to a key: `dpop()` of `sojourn/dpop`. @default none: bearer tokens */
  proof?: Proof;
  /** Narrower scopes to ask for at a refresh. @default those of the grant */
  scope?: string;
}

/**
 * Reads a token reply, such as the one of your own code exchange, into a grant for `session.start()`.
 * @throws SessionError `ERR_BAD_REPLY`
 */
export function readTokenReply(body: unknown): Grant<never> {
  const said = body as TokenReply | null | undefined;
  if (typeof said?.access_token !== "string" || !said.access_token)
    throw new SessionError("ERR_BAD_REPLY", "The token reply has no access_token.");
  return readReply<never>(said);
}

/** A form of a public client. What is not there is left out. */
export function formOf(clientId: string, fields: Record<string, string | undefined>): URLSearchParams {
  const body = new URLSearchParams({ client_id: clientId });
  for (const [name, value] of Object.entries(fields)) if (value) body.set(name, value);
  return body;
}

/**
 * An OAuth 2.0 token endpoint for a public client. The server cannot be asked whether the session lives, nor told that
 * the user is active: idle and absolute limits are kept here.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-6
 */
export const oauth2 = <User = never>(options: OAuth2Options): ServerConvention<User> =>
  tokenServer(options, readTokenReply);

/** The same, for a server whose replies are read in a way of its own. */
export function tokenServer<User>(
  options: OAuth2Options,
  read: (body: unknown) => Grant<never>,
): ServerConvention<User> {
  const { scope, idempotency, proof } = options;
  const tokenUrl = address("tokenUrl", options.tokenUrl);
  const clientId = textOf("clientId", options.clientId);
  const revocationUrl = options.revocationUrl && address("revocationUrl", options.revocationUrl);
  const post = (
    { send }: VerbContext,
    url: string,
    fields: Record<string, string | undefined>,
    headers: Record<string, string | undefined> = {},
  ) => send({ url, method: "POST", headers, body: formOf(clientId, fields) });
  return {
    /** RFC 6749 §4.1.3 with RFC 7636 §4.5. */
    async exchange(context) {
      const { code, codeVerifier, redirectUri } = (context.input ?? {}) as Partial<CodeExchange>;
      if (!code || !codeVerifier || !redirectUri)
        return refuse("exchange", "must have code, codeVerifier and redirectUri.");
      const fields = { code, code_verifier: codeVerifier, redirect_uri: redirectUri };
      const { body } = await post(context, tokenUrl, { grant_type: "authorization_code", ...fields });
      return read(body) as Grant<User>;
    },
    async refresh(context) {
      const fields = { grant_type: "refresh_token", refresh_token: held(context), scope };
      const headers = { "Idempotency-Key": idempotency ? context.idempotencyKey : undefined };
      return read((await post(context, tokenUrl, fields, headers)).body) as Grant<User>;
    },
    ...(revocationUrl && {
      async end(context) {
        const token = context.refreshToken ?? context.accessToken;
        if (token) await post(context, revocationUrl, { token });
      },
    }),
    peekSlides: false,
    expiry: "server",
    tokens: "memory",
    proof,
    // Only this: https://www.rfc-editor.org/rfc/rfc6749#section-5.2
    endedOn: ({ status, body }) =>
      status === 400 && (body as { error?: unknown } | undefined)?.error === "invalid_grant",
  };
}
