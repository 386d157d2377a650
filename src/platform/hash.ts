/** 128 bits of SHA-256 as text; `undefined` where there is no `crypto.subtle` (insecure contexts). */
export async function hash(text: string): Promise<string | undefined> {
  const digest = await crypto.subtle?.digest("SHA-256", new TextEncoder().encode(text));
  return (
    digest && Array.from(new Uint8Array(digest, 0, 16), (byte) => byte.toString(16).padStart(2, "0")).join("")
  );
}
