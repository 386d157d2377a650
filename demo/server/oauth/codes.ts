import type { Clock } from "../../../src/backend/clock.js";
import { hashOf, looksLikeSecret, newSecret } from "../../../src/backend/ids.js";
import type { Store } from "../../../src/backend/store/store.js";

/** What a code was issued for. */
export interface CodeRequest {
  readonly userId: string;
  readonly clientId: string;
  readonly redirectUri: string;
  /** BASE64URL(SHA256(verifier)): RFC 7636, 4.2. */
  readonly challenge: string;
  /** When the user gave the password. */
  readonly authenticatedAt: number;
  /** The thumbprint of the key that it is to be exchanged with, where the client named one (RFC 9449, 10). */
  readonly jkt: string | undefined;
}

/** What comes with a code when it is exchanged. */
export interface Exchange {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly verifier: string;
  readonly jkt: string | undefined;
}

interface CodeRecord extends CodeRequest {
  /** Nobody can use it from then on, and it is forgotten. */
  readonly until: number;
  readonly used?: true;
  /** The grant that it was exchanged for. */
  readonly grant?: string;
  /** It came a second time. */
  readonly reused?: true;
}

export type Redeemed =
  | { readonly outcome: "redeemed"; readonly userId: string; readonly authenticatedAt: number }
  /** It was used before: what it was exchanged for is to be revoked (RFC 6749, 4.1.2). */
  | { readonly outcome: "reused"; readonly grant: string | undefined }
  | { readonly outcome: "refused" };

const PREFIX = "code/";
const LIFETIME = 60_000;
const REFUSED: Redeemed = { outcome: "refused" };
const keyOf = (code: string): string => PREFIX + hashOf(code);

/** Authorization codes: for one use, for a minute, for who knows the verifier (RFC 6749, 4.1 · RFC 7636). */
export class Codes {
  readonly #store: Store;
  readonly #clock: Clock;

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  async issue(request: CodeRequest): Promise<string> {
    const code = newSecret();
    const until = this.#clock.now() + LIFETIME;
    const record: CodeRecord = { ...request, until };
    await this.#store.update<CodeRecord, void>(keyOf(code), () => ({
      put: record,
      until,
      result: undefined,
    }));
    return code;
  }

  /** Who has a code and not its verifier learns nothing and spends nothing. */
  async redeem(code: string, exchange: Exchange): Promise<Redeemed> {
    if (!looksLikeSecret(code)) return REFUSED;
    return this.#store.update<CodeRecord, Redeemed>(keyOf(code), (record) => {
      if (!record || !fits(record, exchange)) return { result: REFUSED };
      const { until, userId, authenticatedAt, grant } = record;
      if (record.used)
        return { put: { ...record, reused: true }, until, result: { outcome: "reused", grant } };
      const result = { outcome: "redeemed", userId, authenticatedAt } as const;
      return { put: { ...record, used: true }, until, result };
    });
  }

  /** Notes what a code became. False: it came again meanwhile, and the grant is to be revoked. */
  exchanged(code: string, grant: string): Promise<boolean> {
    return this.#store.update<CodeRecord, boolean>(keyOf(code), (record) =>
      record ? { put: { ...record, grant }, until: record.until, result: !record.reused } : { result: true },
    );
  }
}

function fits(record: CodeRecord, { clientId, redirectUri, verifier, jkt }: Exchange): boolean {
  return (
    record.clientId === clientId &&
    record.redirectUri === redirectUri &&
    // 43 to 128 characters: RFC 7636, 4.1.
    /^[\w.~-]{43,128}$/.test(verifier) &&
    record.challenge === hashOf(verifier) &&
    (record.jkt === undefined || record.jkt === jkt)
  );
}
