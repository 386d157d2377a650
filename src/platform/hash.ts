import { hex } from "./random.js";

/** 128 bits of SHA-256; `undefined` where there is no `crypto.subtle` (insecure contexts). */
export async function hash(text: string): Promise<string | undefined> {
  const digest = await crypto.subtle?.digest("SHA-256", new TextEncoder().encode(text));
  return digest && hex(new Uint8Array(digest, 0, 16));
}
