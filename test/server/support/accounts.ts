import { hashPassword } from "../../../demo/server/passwords.js";
import { type Account, demoAccounts } from "../../../demo/server/users.js";

/** The same people and passwords, with a hash that takes no time. */
export const cheapAccounts: Promise<Account[]> = Promise.all(
  demoAccounts.map(async (account) => ({
    ...account,
    passwordHash: await hashPassword(account.username === "ada" ? "lovelace" : "turing", {
      N: 2,
      r: 1,
      p: 1,
    }),
  })),
);
