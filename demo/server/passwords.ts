import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from "node:crypto";

const HASH_LENGTH = 32;

/** https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#scrypt */
const COST = { N: 2 ** 14, r: 8, p: 5 } as const;

/** `scrypt$N$r$p$salt$hash`: the cost travels along, so that it can be raised without a flag day. */
export async function hashPassword(
  password: string,
  cost: { N: number; r: number; p: number } = COST,
): Promise<string> {
  const salt = randomBytes(16);
  const hash = await derive(password, salt, cost);
  return ["scrypt", cost.N, cost.r, cost.p, salt.toString("base64url"), hash.toString("base64url")].join("$");
}

export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  const [, N, r, p, salt = "", hash = ""] = stored.split("$");
  const expected = Buffer.from(hash, "base64url");
  const actual = await derive(password, Buffer.from(salt, "base64url"), {
    N: Number(N),
    r: Number(r),
    p: Number(p),
  });
  return timingSafeEqual(actual, expected);
}

function derive(password: string, salt: Buffer, cost: ScryptOptions): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    // NFKC: the same password from another keyboard or system is the same (NIST SP 800-63B-4, 3.1.1.2).
    scrypt(password.normalize("NFKC"), salt, HASH_LENGTH, cost, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}
