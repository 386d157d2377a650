import type { Audit } from "../../../src/backend/audit.js";
import type { Clock } from "../../../src/backend/clock.js";
import { deriveKey } from "../../../src/backend/keys.js";
import { RefreshTokens } from "../../../src/backend/refresh-token.js";
import { Sessions } from "../../../src/backend/sessions.js";
import type { Store } from "../../../src/backend/store/store.js";
import type { Config } from "../config.js";
import type { Metrics } from "../metrics.js";
import type { Trouble } from "../trouble.js";
import { AccessTokens } from "./access-tokens.js";
import { Codes } from "./codes.js";
import { Dpop } from "./dpop/dpop.js";

/** The authorization server's side of the demo: codes become grants, grants have tokens. */
export interface OAuth {
  readonly codes: Codes;
  /** A grant is a session whose id is in its refresh token, and not in a cookie. */
  readonly grants: Sessions;
  readonly accessTokens: AccessTokens;
  readonly dpop: Dpop;
}

export interface OAuthOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly config: Config;
  readonly serverKey: Buffer;
  readonly audit: Audit;
  readonly metrics: Metrics;
  readonly trouble: Trouble;
}

export function createOAuth(options: OAuthOptions): OAuth {
  const { store, clock, config, serverKey, audit } = options;
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
  const dpop = new Dpop({ ...options, nonceKey: deriveKey(serverKey, "dpop nonce") });
  return { codes, dpop, grants, accessTokens };
}
