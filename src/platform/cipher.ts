import type { CipherPort } from "./platform.js";

const AES = "AES-GCM";
const CURVE = { name: "ECDH", namedCurve: "P-256" };
const USES: KeyUsage[] = ["encrypt", "decrypt"];

const bytes = (text: string) => new TextEncoder().encode(text);

/** The browser's own cryptography; `undefined` in insecure contexts, which have none. */
export const cipher: CipherPort | undefined = globalThis.crypto?.subtle && {
  async key(secret) {
    const { subtle } = crypto;
    if (secret === undefined) return subtle.generateKey({ name: AES, length: 256 }, false, USES);
    return subtle.importKey("raw", await subtle.digest("SHA-256", bytes(secret)), AES, false, USES);
  },
  async seal(key, text, about) {
    // 96 random bits: no key seals anywhere near the 2^32 texts that NIST SP 800-38D, 8.3 permits with those.
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const how = { name: AES, iv, additionalData: bytes(about) };
    return { iv, data: await crypto.subtle.encrypt(how, key as CryptoKey, bytes(text)) };
  },
  async open(key, sealed, about) {
    try {
      const { iv, data } = sealed as { iv: BufferSource; data: BufferSource };
      const how = { name: AES, iv, additionalData: bytes(about) };
      return new TextDecoder().decode(await crypto.subtle.decrypt(how, key as CryptoKey, data));
    } catch {
      // Another key, another purpose, or nothing that was ever sealed.
      return undefined;
    }
  },
  async pair() {
    const { subtle } = crypto;
    const { privateKey, publicKey } = await subtle.generateKey(CURVE, false, ["deriveBits"]);
    return {
      told: await subtle.exportKey("raw", publicKey),
      async agree(told, about) {
        const other = await subtle.importKey("raw", told as BufferSource, CURVE, false, []);
        const bits = await subtle.deriveBits({ name: "ECDH", public: other }, privateKey, 256);
        const base = await subtle.importKey("raw", bits, "HKDF", false, ["deriveKey"]);
        const how = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: bytes(about) };
        return subtle.deriveKey(how, base, { name: AES, length: 256 }, false, USES);
      },
    };
  },
};
