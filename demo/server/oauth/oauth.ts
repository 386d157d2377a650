import type { Audit } from "../audit.js";
import type { Clock } from "../clock.js";
import type { Config } from "../config.js";
import { deriveKey } from "../server-key.js";
import { RefreshTokens } from "../sessions/refresh-token.js";
import { Sessions } from "../sessions/sessions.js";
import type { Store } from "../store/store.js";
import { AccessTokens } from "./access-tokens.js";
import { Codes } from "./codes.js";

/** The authorization server's side of the demo: codes become grants, grants have tokens. */
export interface OAuth {
  readonly codes: Codes;
  /** A grant is a session whose id is in its refresh token, and not in a cookie. */
  readonly grants: Sessions;
  readonly accessTokens: AccessTokens;
  sweep(): Promise<void>;
}

export interface OAuthOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly config: Config;
  readonly serverKey: Buffer;
  readonly audit: Audit;
}

export function createOAuth({ store, clock, config, serverKey, audit }: OAuthOptions): OAuth {
  const codes = new Codes(store, clock);
  const grants = new Sessions({
    kind: "grant",
    store,
    clock,
    // Nobody tells a token endpoint that the user is there: the browser watches the idle limit.
    limits: { ...config.limits, idleTimeout: Number.POSITIVE_INFINITY },
    tokens: new RefreshTokens(deriveKey(serverKey, "oauth refresh token"), config.graceWindow),
    audit,
  });
  const accessTokens = new AccessTokens(deriveKey(serverKey, "oauth access token"), clock);
  return {
    codes,
    grants,
    accessTokens,
    sweep: async () => {
      await codes.sweep();
      await grants.sweep();
    },
  };
}
