import { expectAll, expectSequence } from "./support/tab.js";
import { expect, test } from "./support/test.js";

declare global {
  var touchedWebStorage: string[];
}

test.use({ env: { ACCESS_LIFETIME: "4s" } });

test("S11 S10 nothing in web storage, no credential in IndexedDB, in a URL, in a message or on the console @everyday", async ({
  tabs,
  context,
}) => {
  await context.addInitScript(() => {
    globalThis.touchedWebStorage = [];
    for (const name of ["getItem", "setItem", "removeItem", "clear"] as const) {
      const native = Storage.prototype[name] as (...args: unknown[]) => unknown;
      Object.defineProperty(Storage.prototype, name, {
        value(this: Storage, ...args: unknown[]) {
          globalThis.touchedWebStorage.push(`${name} ${args[0]}`);
          return native.apply(this, args);
        },
      });
    }
  });
  const secrets = new Set<string>();
  const noteCookies = async () => {
    for (const { value } of await context.cookies()) secrets.add(value);
  };
  const said: string[] = [];
  // Firefox does not show `Set-Cookie` to a test.
  context.on("response", async (reply) => {
    for (const { name, value } of await reply.headersArray().catch(() => []))
      if (name.toLowerCase() === "set-cookie") secrets.add(/^\w+=([^;]*)/.exec(value)?.[1] ?? "");
  });
  context.on("request", (request) => said.push(request.url()));
  context.on("console", (message) => said.push(message.text()));

  const [a, b] = await tabs(2);
  await b.page.evaluate(() => {
    const heard: unknown[] = [];
    Object.assign(globalThis, { heard });
    new BroadcastChannel("sojourn.default").onmessage = ({ data }) => heard.push(data);
  });
  await a.signIn("ada");
  await noteCookies();
  await a.write("a note");
  await expectSequence([a, b], 1);
  await expectAll([a, b], "active");

  for (const { page } of [a, b]) {
    const stored = await page.evaluate(async () => {
      const dump: unknown[] = [];
      for (const { name } of await indexedDB.databases()) {
        const db = await new Promise<IDBDatabase>((resolve, reject) => {
          const request = indexedDB.open(name as string);
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(request.error);
        });
        for (const store of db.objectStoreNames)
          await new Promise<void>((resolve) => {
            const all = db.transaction(store).objectStore(store).getAll();
            all.onsuccess = () => {
              dump.push(name, store, all.result);
              resolve();
            };
          });
        db.close();
      }
      return JSON.stringify(dump);
    });
    expect(stored).toContain('"epoch"');
    said.push(stored, JSON.stringify(await page.evaluate(() => demo.session.inspect())));
    said.push(JSON.stringify(await page.evaluate(() => globalThis.recorded)));
    expect(await page.evaluate(() => globalThis.touchedWebStorage)).toEqual([]);
    expect(await page.evaluate(() => localStorage.length + sessionStorage.length)).toBe(0);
  }
  const messages = JSON.stringify(
    await b.page.evaluate(() => (globalThis as unknown as { heard: unknown[] }).heard),
  );
  expect(messages).toContain('"epoch"');
  said.push(messages);

  await noteCookies();
  secrets.delete("");
  expect(secrets.size).toBeGreaterThanOrEqual(3);
  for (const secret of secrets) expect(said.filter((text) => text.includes(secret))).toEqual([]);
  // Nor who it is: the subject is a hash.
  expect(
    said.filter((text) => /^\[/.test(text) && /u-ada|lovelace/i.test(text) && text.includes("prefix")),
  ).toEqual([]);
});

test("S11 what is read back from IndexedDB is not trusted", async ({ tabs }) => {
  const [a] = await tabs(1);
  await a.signIn("ada");
  const stored = (value: unknown) =>
    a.page.evaluate(
      (planted) =>
        new Promise<void>((resolve, reject) => {
          const request = indexedDB.open("sojourn.default");
          request.onerror = () => reject(request.error);
          request.onsuccess = () => {
            const db = request.result;
            const store = db.objectStoreNames[0] as string;
            const write = db.transaction(store, "readwrite");
            write.objectStore(store).put(planted, "record");
            write.oncomplete = () => {
              db.close();
              resolve();
            };
          };
        }),
      value,
    );
  for (const nonsense of [
    { v: 1, epoch: "<img>", live: true },
    { v: 99 },
    "a string",
    { v: 1, epoch: 1e308 },
  ]) {
    await stored(nonsense);
    await a.page.reload();
    await expect(a.note).toBeVisible();
    expect(await a.status()).toBe("active");
  }
});
