export { readCookie } from "../cookie.js";
export type { SessionReply } from "../reply.js";
export type { Navigate } from "../sign-out.js";
export { type AllauthOptions, type AllauthUser, allauth } from "./allauth.js";
export {
  type AspNetIdentityOptions,
  type AspNetIdentityUser,
  aspnetIdentity,
  readIdentityReply,
} from "./aspnet-identity.js";
export { type AuthJsOptions, type AuthJsUser, authjs } from "./authjs.js";
export { type BetterAuthOptions, type BetterAuthUser, betterAuth } from "./better-auth.js";
export { type BffOptions, type BffSession, type BffUser, bff, readBffSession } from "./bff.js";
export { type DuendeOptions, type DuendeUser, duende } from "./duende.js";
export { type ExpiresAtOptions, expiresAt } from "./expires-at.js";
export { type KeycloakOptions, keycloak, readKeycloakReply } from "./keycloak.js";
export { type KratosIdentity, type KratosOptions, kratos } from "./kratos.js";
export { type CodeExchange, type OAuth2Options, oauth2, readTokenReply, type TokenReply } from "./oauth2.js";
export { type OAuth2ProxyOptions, type OAuth2ProxyUser, oauth2Proxy } from "./oauth2-proxy.js";
export { type SanctumOptions, type SanctumUser, sanctum } from "./sanctum.js";
export { readSupabaseSession, type SupabaseOptions, type SupabaseUser, supabase } from "./supabase.js";
export { readFrontToken, type SuperTokensOptions, type SuperTokensUser, supertokens } from "./supertokens.js";
