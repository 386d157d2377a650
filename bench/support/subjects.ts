/** Libraries that know whether the user is there, by their packages. */
export const IDLE_PEERS = ["react-idle-timer", "@vueuse/core", "activity-detector"] as const;

/** SDKs that keep the session of a server, by their packages. */
export const AUTH_PEERS = [
  "oidc-client-ts",
  "@auth0/auth0-spa-js",
  "@supabase/auth-js",
  "supertokens-website",
] as const;

/** Who watches the user, as bench/pages knows them. */
export const WATCHERS = ["sojourn", ...IDLE_PEERS] as const;

/** Who keeps a session, as bench/pages knows them. The first is the floor. */
export const KEEPERS = [
  "floor-cookies",
  "sojourn-cookies",
  "sojourn-sealed",
  "oidc-client-ts",
  "auth0-spa-js",
  "supabase-auth-js",
  "supertokens-website",
] as const;
