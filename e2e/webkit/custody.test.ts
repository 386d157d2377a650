import { people } from "../support/words.js";
import { expectAll, type Tab } from "./support/tab.js";
import { expect, test } from "./support/test.js";

/** From the page to the server's sign-in page and back. */
async function signIn(tab: Tab) {
  await tab.click("button", "Sign in");
  await tab.type("User name", people.ada.username);
  await tab.type("Password", people.ada.password);
  await tab.click("button", "Sign in");
  await expect.poll(() => tab.text()).toContain(`${people.ada.name} is signed in.`);
}

test.for(["memory", "sealed", "worker", "dedicated-worker"])(
  "F1 S11 tokens: %s: a reload beside another tab costs no refresh, nothing lies in the clear, a sign-out ends both",
  async (mode, { open, server }) => {
    const path = `${server.origin}/oauth-app/?tokens=${mode}`;
    const a = await open();
    await a.load(path);
    await signIn(a);
    const b = await open();
    await b.load(path);
    await expectAll([a, b], "active");
    await b.load();
    await expectAll([a, b], "active");
    for (const tab of [a, b])
      expect(await tab.run(async () => (await demo.session.fetch("/oauth/userinfo")).status)).toBe(200);
    expect(await server.metrics()).toMatchObject({ codeExchanges: 1, refreshRequests: 0 });

    const stored = await a.run(async () => {
      const read = <T>(request: IDBRequest<T>) =>
        new Promise<T>((resolve, reject) => {
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(request.error);
        });
      const token = await demo.session.getAccessToken().catch((error) => error.code as string);
      const values: unknown[] = [{ ...localStorage }, { ...sessionStorage }];
      for (const { name } of await indexedDB.databases()) {
        const database = await read(indexedDB.open(name ?? ""));
        for (const store of database.objectStoreNames)
          values.push(await read(database.transaction(store).objectStore(store).getAll()));
        database.close();
      }
      return { token, clear: JSON.stringify(values) };
    });
    if (mode === "memory" || mode === "sealed") expect(stored.clear).not.toContain(stored.token);
    else expect(stored.token).toBe("ERR_NO_CREDENTIAL");

    await b.click("button", "Sign out");
    await expectAll([a, b], "ended");
    await expect.poll(async () => (await server.metrics()).signOuts).toBe(1);
  },
);
