import { calculateThumbprint, generateKeyPair, generateProof, type KeyPair } from "dpop";

/** A key pair, and its name: the thumbprint of RFC 7638. The private half cannot be exported. */
export interface Key {
  readonly id: string;
  readonly pair: KeyPair;
}

export async function makeKey(): Promise<Key> {
  const pair = await generateKeyPair("ES256");
  return { id: await calculateThumbprint(pair.publicKey), pair };
}

/** What comes from outside is not trusted: a script could have put a key there that it can export. */
export function isKey(value: unknown): value is Key {
  const { id, pair } = (value ?? {}) as Partial<Key>;
  const { privateKey, publicKey } = pair ?? {};
  return (
    typeof id === "string" &&
    privateKey instanceof CryptoKey &&
    publicKey instanceof CryptoKey &&
    privateKey.type === "private" &&
    !privateKey.extractable
  );
}

/** The package dates proofs by the clock here; the one way to set `iat` is where the claims are written down. */
const datedBy = (lead: number) => ({
  toJSON(this: { iat: number }) {
    return { ...this, iat: this.iat + Math.round(lead / 1000), toJSON: undefined };
  },
});

/**
 * Puts a proof on a request (RFC 9449 §4.2), and its token under the scheme `DPoP`. `lead`: how far the server's clock is
 * ahead, in ms.
 */
export async function prove(
  request: Request,
  { pair }: Key,
  nonce: string | undefined,
  lead: number | undefined,
): Promise<void> {
  // Without query and fragment.
  const { origin, pathname } = new URL(request.url);
  const { headers, method } = request;
  const token = /^(?:Bearer|DPoP) +(.+)$/i.exec(headers.get("Authorization") ?? "")?.[1];
  const claims = lead ? (datedBy(lead) as unknown as Record<string, never>) : undefined;
  headers.set("DPoP", await generateProof(pair, origin + pathname, method, nonce, token, claims));
  if (token) headers.set("Authorization", `DPoP ${token}`);
}
