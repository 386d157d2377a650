import { hkdfSync } from "node:crypto";

/** How many bytes a key has, and a secret at least. */
export const KEY_LENGTH = 32;

/** One key for one purpose, so that what leaks in one place is of no use in another (RFC 5869). */
export function deriveKey(secret: Uint8Array, purpose: string): Buffer {
  return Buffer.from(hkdfSync("sha256", secret, Buffer.alloc(0), purpose, KEY_LENGTH));
}
