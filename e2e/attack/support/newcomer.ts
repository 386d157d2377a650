import type { Page } from "@playwright/test";

interface Where {
  /** The channel's name. */
  readonly channel: string;
  readonly epoch: number;
  readonly sequence: number;
}

/**
 * An injected script that plays a tab which has just been opened: it asks the others for the tokens, with a key of its
 * own. Resolves with what it was handed; `undefined` where nobody has answered while the session made two refreshes.
 */
export const askAsNewcomer = (page: Page, where: Where): Promise<string | undefined> =>
  page.evaluate(async ({ channel: name, epoch, sequence }) => {
    const curve = { name: "ECDH", namedCurve: "P-256" };
    const pair = await crypto.subtle.generateKey(curve, false, ["deriveBits"]);
    const sender = "newcomer";
    const channel = new BroadcastChannel(name);
    const answer = new Promise<string>((resolve) => {
      channel.onmessage = async ({ data }) => {
        if (data.type !== "handed" || data.to !== sender) return;
        const info = `sojourn ${data.epoch} ${data.sequence} ${data.sender} ${sender}`;
        const bytes = new TextEncoder().encode(info);
        const other = await crypto.subtle.importKey("raw", data.key, curve, false, []);
        const bits = await crypto.subtle.deriveBits({ name: "ECDH", public: other }, pair.privateKey, 256);
        const base = await crypto.subtle.importKey("raw", bits, "HKDF", false, ["deriveKey"]);
        const key = await crypto.subtle.deriveKey(
          { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: bytes },
          base,
          { name: "AES-GCM", length: 256 },
          false,
          ["decrypt"],
        );
        const how = { name: "AES-GCM", iv: data.sealed.iv, additionalData: bytes };
        resolve(new TextDecoder().decode(await crypto.subtle.decrypt(how, key, data.sealed.data)));
      };
    });
    const key = await crypto.subtle.exportKey("raw", pair.publicKey);
    channel.postMessage({ v: 1, type: "wanted", epoch, sequence, sender, key });
    const quiet = demo.session
      .refresh()
      .then(() => demo.session.refresh())
      .then(() => undefined);
    return Promise.race([answer, quiet]).finally(() => channel.close());
  }, where);
