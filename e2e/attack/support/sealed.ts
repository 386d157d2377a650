import type { Page } from "@playwright/test";

export const tamperings = ["as they were", "one bit", "another key", "moved", "gone"] as const;

declare global {
  /** What was sealed, before anybody has tampered with it. */
  var genuine: { epoch: number; sequence: number; sealed: { iv: Uint8Array; data: ArrayBuffer } };
}

const open = (name: string) => (page: Page, how: string) =>
  page.evaluate(
    async ([name, how]) => {
      const read = <T>(request: IDBRequest<T>) =>
        new Promise<T>((resolve, reject) => {
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(request.error);
        });
      const database = await read(indexedDB.open(`sojourn.${name}`));
      const store = () => database.transaction("session", "readwrite").objectStore("session");
      globalThis.genuine ??= await read(store().get("tokens"));
      const { epoch, sequence, sealed } = globalThis.genuine;
      const { key } = await read(store().get("key"));
      const about = new TextEncoder().encode(`sojourn tokens ${sequence}`);
      const cipher = { name: "AES-GCM", iv: sealed.iv, additionalData: about };
      const write = (it: unknown) => read(store().put(it, "tokens"));
      let told = "";
      switch (how) {
        case "steal":
          told = new TextDecoder().decode(await crypto.subtle.decrypt(cipher, key, sealed.data));
          break;
        case "as they were":
          await write(globalThis.genuine);
          break;
        case "one bit": {
          const data = sealed.data.slice(0);
          const bytes = new Uint8Array(data);
          bytes[9] = (bytes[9] as number) ^ 1;
          await write({ epoch, sequence, sealed: { iv: sealed.iv, data } });
          break;
        }
        case "another key": {
          const other = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt"]);
          const text = new TextEncoder().encode('{"accessToken":"forged","refreshToken":"forged"}');
          const data = await crypto.subtle.encrypt(cipher, other, text);
          await write({ epoch, sequence, sealed: { iv: sealed.iv, data } });
          break;
        }
        case "moved": {
          // Sealed for another place in the same session.
          const iv = crypto.getRandomValues(new Uint8Array(12));
          const elsewhere = new TextEncoder().encode(`sojourn tokens ${sequence + 1}`);
          const text = new TextEncoder().encode('{"accessToken":"older","refreshToken":"older"}');
          const data = await crypto.subtle.encrypt(
            { name: "AES-GCM", iv, additionalData: elsewhere },
            key,
            text,
          );
          await write({ epoch, sequence, sealed: { iv, data } });
          break;
        }
        default:
          await write("no tokens");
      }
      database.close();
      return told;
    },
    [name, how] as const,
  );

/** Puts something else in the place of the sealed tokens of a session. */
export const tamper = open("oauth-sealed");

/** What a script gets that uses the key, which it cannot read. */
export const unseal = (page: Page) => tamper(page, "steal");
