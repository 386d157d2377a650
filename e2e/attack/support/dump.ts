import type { Page } from "@playwright/test";

/** Everything readable, as text, by where it was. */
export type Dump = Readonly<Record<string, string>>;

/** What a script of the page can read when it looks everywhere. */
export const dump = (page: Page): Promise<Dump> => page.evaluate(dumpAll);

/** Where in it one of these is. */
export const placesOf = (found: Dump, secrets: Iterable<string>): string[] =>
  Object.keys(found).filter((place) => [...secrets].some((secret) => found[place]?.includes(secret)));

/** Runs in the page, so it is in one piece. */
export async function dumpAll(): Promise<Dump> {
  const MOST = 200_000;

  /** All text in a value and in what it leads to: own properties and prototypes, no getter is run. */
  async function textOf(...roots: unknown[]): Promise<string> {
    const texts: string[] = [];
    const seen = new Set<unknown>();
    const queue = [...roots];
    const keys: CryptoKey[] = [];
    const blobs: Blob[] = [];
    const binary = (bytes: Uint8Array) => new TextDecoder("latin1").decode(bytes);
    for (const it of queue) {
      if (typeof it === "string") texts.push(it);
      if ((typeof it !== "object" && typeof it !== "function") || !it || seen.has(it)) continue;
      seen.add(it);
      if (seen.size > MOST) throw new Error("There is more to see than was looked at.");
      if (it instanceof ArrayBuffer) texts.push(binary(new Uint8Array(it)));
      else if (ArrayBuffer.isView(it))
        texts.push(binary(new Uint8Array(it.buffer, it.byteOffset, it.byteLength)));
      else {
        // A prototype is an instance by name only.
        if (!Object.hasOwn(it, "constructor")) {
          if (it instanceof CryptoKey) keys.push(it);
          if (it instanceof Blob) blobs.push(it);
          if (it instanceof Map || it instanceof Set || it instanceof Headers) queue.push(...[...it].flat());
          if (it instanceof Error) queue.push(it.message, it.stack, it.cause);
          if (it instanceof HTMLInputElement || it instanceof HTMLTextAreaElement) queue.push(it.value);
        }
        queue.push(Object.getPrototypeOf(it));
        for (const [name, own] of Object.entries(Object.getOwnPropertyDescriptors(it))) {
          texts.push(name);
          // The script's own diary is a place of its own.
          if (name !== "spied" && "value" in own) queue.push(own.value);
        }
        for (const name of Object.getOwnPropertySymbols(it)) {
          const own = Object.getOwnPropertyDescriptor(it, name);
          if (own && "value" in own) queue.push(own.value);
        }
      }
    }
    for (const blob of blobs) texts.push(await blob.text());
    for (const key of keys)
      for (const format of ["raw", "jwk", "pkcs8", "spki"] as const)
        await crypto.subtle.exportKey(format as "raw", key).then(
          // Of a pair for agreement or proof the public half is for everybody.
          async (out) => key.type !== "public" && texts.push(`EXPORTED ${key.type} ${await textOf(out)}`),
          () => {},
        );
    return texts.join("\n");
  }

  const read = <T>(request: IDBRequest<T>) =>
    new Promise<T>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });

  async function databases(): Promise<unknown[]> {
    const all: unknown[] = [];
    for (const { name } of await indexedDB.databases()) {
      const database = await read(indexedDB.open(name as string));
      for (const store of database.objectStoreNames) {
        const it = database.transaction(store).objectStore(store);
        const [keys, values] = await Promise.all([read(it.getAllKeys()), read(it.getAll())]);
        all.push(name, store, keys, values);
      }
      database.close();
    }
    return all;
  }

  async function cached(): Promise<string> {
    const texts: string[] = [];
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys())
        texts.push(name, request.url, (await (await cache.match(request))?.text()) ?? "");
    }
    return texts.join("\n");
  }

  /** The page's own modules, living: whoever imports them again gets the same. A worker's file is not for a page. */
  async function modules(): Promise<unknown[]> {
    const urls = performance
      .getEntriesByType("resource")
      .map(({ name }) => name)
      .filter((name) => /\/assets\/(?!.*worker).*\.js$/.test(name));
    return Promise.all(urls.map((url) => import(url)));
  }

  return {
    globals: await textOf(globalThis),
    modules: await textOf(...(await modules())),
    document: document.documentElement.outerHTML,
    addresses: [location.href, ...performance.getEntries().map(({ name }) => name)].join("\n"),
    "history.state": await textOf(history.state),
    localStorage: await textOf({ ...localStorage }),
    sessionStorage: await textOf({ ...sessionStorage }),
    IndexedDB: await textOf(await databases()),
    caches: await cached(),
    cookies: document.cookie,
    messages: await textOf(globalThis.spied.messages),
    "errors and console": await textOf(globalThis.spied.errors),
    "the session": await textOf(demo.session.getState(), demo.session.inspect(), globalThis.recorded),
  };
}
