import { randomBytes } from "node:crypto";

/**
 * What a server does with a refresh token that was used before.
 * - `strict`: it is a theft, and the session is revoked (RFC 9700, 4.14.2).
 * - `interval`: for ten seconds its successor is given again, as Supabase Auth does by default.
 * - `unconfirmed`: until its successor was used a new one is given, as SuperTokens does.
 */
export type Rotation = "strict" | "interval" | "unconfirmed";

const REUSE_INTERVAL = 10_000;

interface Family {
  revoked: boolean;
  generation: number;
  rotatedAt: number;
  /** The newest tokens were used. */
  confirmed: boolean;
}

/** Refresh tokens that rotate, and access tokens that expire: one session is one family of them. */
export class Families {
  readonly #families = new Map<string, Family>();
  readonly #rotation: Rotation;
  /** Access tokens of before are refused by the API, as if a server had lost or revoked them. */
  #refusedBefore = 0;

  refreshes = 0;
  reuses = 0;
  /** When the last access token was granted. */
  grantedAt = 0;
  /** Of the access tokens to come, in seconds. */
  lifetime = 3600;

  constructor(rotation: Rotation) {
    this.#rotation = rotation;
  }

  begin(): Tokens {
    const id = randomBytes(12).toString("hex");
    this.#families.set(id, { revoked: false, generation: 1, rotatedAt: Date.now(), confirmed: false });
    return this.#grant(id, 1);
  }

  /** The next tokens, or `undefined`: the session is over. */
  refresh(token: string | undefined): Tokens | undefined {
    this.refreshes++;
    const [id = "", generation] = (token ?? "").split(".");
    const family = this.#families.get(id);
    if (!family || family.revoked) return undefined;
    if (Number(generation) !== family.generation) {
      this.reuses++;
      const previous = Number(generation) === family.generation - 1;
      if (this.#rotation === "interval" && Date.now() - family.rotatedAt < REUSE_INTERVAL)
        return this.#grant(id, family.generation);
      if (!(this.#rotation === "unconfirmed" && previous && !family.confirmed)) {
        family.revoked = true;
        return undefined;
      }
    }
    Object.assign(family, {
      generation: family.generation + 1,
      rotatedAt: Date.now(),
      confirmed: false,
    });
    return this.#grant(id, family.generation);
  }

  /** Whether the API takes this access token. */
  accepts(token: string | undefined): boolean {
    const [id = "", generation, grantedAt, expiresAt] = (token ?? "").split(".");
    const family = this.#families.get(id);
    if (!family || family.revoked || Number(expiresAt) <= Date.now()) return false;
    if (Number(grantedAt) < this.#refusedBefore) return false;
    if (Number(generation) === family.generation) family.confirmed = true;
    return true;
  }

  knows(token: string | undefined): boolean {
    const [id = ""] = (token ?? "").split(".");
    return this.#families.get(id)?.revoked === false;
  }

  end(token: string | undefined): void {
    const [id = ""] = (token ?? "").split(".");
    const family = this.#families.get(id);
    if (family) family.revoked = true;
  }

  /** From now on the API answers 401 to every access token that there is. */
  refuseAll(): void {
    this.#refusedBefore = Date.now() + 1;
  }

  #grant(id: string, generation: number): Tokens {
    // A token of the same millisecond as `refuseAll()` is a new one.
    this.grantedAt = Math.max(Date.now(), this.#refusedBefore);
    const expiresAt = this.grantedAt + this.lifetime * 1000;
    const access = [id, generation, this.grantedAt, expiresAt, randomBytes(16).toString("hex")].join(".");
    return { access, refresh: `${id}.${generation}.${randomBytes(16).toString("hex")}`, expiresAt };
  }
}

export interface Tokens {
  readonly access: string;
  readonly refresh: string;
  readonly expiresAt: number;
}
