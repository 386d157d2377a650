import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { KEY_LENGTH } from "../../src/backend/keys.js";
import { ConfigError } from "./config.js";

/**
 * The secret that refresh tokens are derived with. It is kept out of the store on purpose: a thief of the
 * database alone can derive nothing. In production, give it as `SERVER_KEY` from a secret manager.
 */
export async function loadServerKey(given: string | undefined, file: string): Promise<Buffer> {
  if (given !== undefined) return decode(given, "SERVER_KEY");
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  try {
    // "wx" lets one of two servers that start together win; the other reads the winner's key.
    await writeFile(file, randomBytes(KEY_LENGTH).toString("base64url"), { flag: "wx", mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  return decode(await readFile(file, "utf8"), file);
}

function decode(text: string, where: string): Buffer {
  const key = Buffer.from(text.trim(), "base64url");
  if (key.length < KEY_LENGTH)
    throw new ConfigError(`${where} must hold at least ${KEY_LENGTH} bytes in base64url`);
  return key;
}
