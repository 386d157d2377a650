import { createHash, randomBytes } from "node:crypto";

/** 256 bits from the system's CSPRNG; means nothing to anybody (OWASP ASVS 5.0, V7.2.3 asks for 128). */
export function newSecret(): string {
  return randomBytes(32).toString("base64url");
}

/** Whether a cookie can be one of ours at all; anything else is not worth a look at the store. */
export function looksLikeSecret(value: string | undefined): value is string {
  return value !== undefined && /^[\w-]{43}$/.test(value);
}

/** What is kept of a secret. With 256 bits of entropy there is nothing to guess, so no salt and no slow hash. */
export function hashOf(secret: string): string {
  return createHash("sha256").update(secret).digest("base64url");
}
