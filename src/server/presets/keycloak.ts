import { baseOf, textOf } from "../address.js";
import type { Grant, ServerConvention } from "../convention.js";
import type { Proof } from "../proof.js";
import { formOf, readTokenReply, type TokenReply, tokenServer } from "./oauth2.js";

/** The options of {@link keycloak}. */
export interface KeycloakOptions {
  /** Where Keycloak is, such as `https://id.example.com`; before version 17 with `/auth` at the end. */
  url: string;
  realm: string;
  /** A public client. */
  clientId: string;
  /** Binds the tokens to a key: `dpop()` of `sojourn/dpop`. @default none: bearer tokens */
  proof?: Proof;
  /** Narrower scopes to ask for at a refresh. @default those of the grant */
  scope?: string;
}

/**
 * Reads a token reply of Keycloak, such as the one of your own code exchange, into a grant for `session.start()`. How long
 * its refresh token lives is how long the user may be idle.
 * @throws SessionError `ERR_BAD_REPLY`
 */
export function readKeycloakReply(body: unknown): Grant<never> {
  const grant = readTokenReply(body);
  // 0 is said of offline tokens, and not that they live for ever: they have a limit that is not told.
  const { refresh_expires_in: idle } = body as TokenReply & { refresh_expires_in?: number };
  return idle ? { ...grant, idleExpiresIn: idle * 1000 } : grant;
}

/**
 * Keycloak, for a public client: {@link oauth2} with the addresses of a realm, and a sign-out that ends the session at
 * Keycloak too. It cannot be asked whether the session lives: idle and absolute limits are kept here.
 * @see https://www.keycloak.org/securing-apps/oidc-layers
 * @see https://github.com/keycloak/keycloak/blob/main/services/src/main/java/org/keycloak/protocol/oidc/endpoints/LogoutEndpoint.java
 */
export function keycloak<User = never>(options: KeycloakOptions): ServerConvention<User> {
  const { url, realm, clientId, ...more } = options;
  const realmUrl = `${baseOf("url", url)}/realms/${encodeURIComponent(textOf("realm", realm))}`;
  const connect = `${realmUrl}/protocol/openid-connect`;
  return {
    ...tokenServer<User>({ ...more, clientId, tokenUrl: `${connect}/token` }, readKeycloakReply),
    async end({ send, refreshToken }) {
      const body = formOf(clientId, { refresh_token: refreshToken });
      if (refreshToken) await send({ url: `${connect}/logout`, method: "POST", body });
    },
  };
}
