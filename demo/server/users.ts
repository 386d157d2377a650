import { verifyPassword } from "./passwords.js";

export interface User {
  readonly id: string;
  readonly name: string;
  readonly username: string;
}

export interface Account extends User {
  readonly passwordHash: string;
}

/** The two people of the demo: ada / lovelace and alan / turing. */
export const demoAccounts: readonly Account[] = [
  {
    id: "u-ada",
    name: "Ada Lovelace",
    username: "ada",
    passwordHash: "scrypt$16384$8$5$kEGCBXDLjzitq9aiz0OnkQ$5TZ_BnjnB7VinWREjLTARLb1JQAuFr98e8pf4Tl0kZA",
  },
  {
    id: "u-alan",
    name: "Alan Turing",
    username: "alan",
    passwordHash: "scrypt$16384$8$5$ZapjTBj_UDUOoE46SNTp-A$SlaLKN2cpv2DWcCXxNIOJp-jBJ7KDzldnPNKcMjdF0A",
  },
];

export class Users {
  readonly #accounts: readonly [Account, ...Account[]];

  constructor(accounts: readonly Account[]) {
    const [first, ...others] = accounts;
    if (first === undefined) throw new Error("at least one account");
    this.#accounts = [first, ...others];
  }

  byId(id: string): User | undefined {
    return publicPart(this.#accounts.find((account) => account.id === id));
  }

  byName(username: string): User | undefined {
    return publicPart(this.#accounts.find((account) => account.username === username));
  }

  /**
   * An unknown name costs as much time as a wrong password, so that the clock does not tell who has an account.
   * https://cheatsheetseries.owasp.org/cheatsheets/Authentication_Cheat_Sheet.html#authentication-and-error-messages
   */
  async verify(username: string, password: string): Promise<User | undefined> {
    const account = this.#accounts.find((candidate) => candidate.username === username);
    const matches = await verifyPassword(password, (account ?? this.#accounts[0]).passwordHash);
    return matches ? publicPart(account) : undefined;
  }
}

function publicPart(account: Account | undefined): User | undefined {
  return account && { id: account.id, name: account.name, username: account.username };
}
