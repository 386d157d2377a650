import { hkdfSync, randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { ConfigError } from "./config.js";

const LENGTH = 32;

/**
 * The secret that refresh tokens are derived with. It is kept out of the store on purpose: a thief of the
 * database alone can derive nothing. In production, give it as `SERVER_KEY` from a secret manager.
 */
export async function loadServerKey(given: string | undefined, file: string): Promise<Buffer> {
  if (given !== undefined) return decode(given, "SERVER_KEY");
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  try {
    // "wx" lets one of two servers that start together win; the other reads the winner's key.
    await writeFile(file, randomBytes(LENGTH).toString("base64url"), { flag: "wx", mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  return decode(await readFile(file, "utf8"), file);
}

/** One key for one purpose, so that what leaks in one place is of no use in another (RFC 5869). */
export function deriveKey(serverKey: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync("sha256", serverKey, Buffer.alloc(0), purpose, LENGTH));
}

function decode(text: string, where: string): Buffer {
  const key = Buffer.from(text.trim(), "base64url");
  if (key.length < LENGTH) throw new ConfigError(`${where} must hold at least ${LENGTH} bytes in base64url`);
  return key;
}
