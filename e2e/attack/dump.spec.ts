import { chunk } from "../support/chunk.js";
import type { Tab } from "../support/tab.js";
import { callOf, every, expect, modes, openTab, signedIn, signOut, test } from "./support/attack.js";
import { dump, placesOf } from "./support/dump.js";
import { spy } from "./support/spy.js";

for (const mode of every)
  test(`S10 S11 C5 ${mode}: a script that looks everywhere finds no secret, not after sign-in, refresh or sign-out @everyday`, async ({
    context,
    tap,
  }) => {
    await context.addInitScript(spy);
    const first = await signedIn(context, mode);
    // Another tab: what passes between the two is heard in both.
    const second = await openTab(context, modes[mode].path);
    const look = async (...tabs: Tab[]) => {
      expect(tap.secrets.size).toBeGreaterThanOrEqual(2);
      for (const { page } of tabs) {
        const found = await dump(page);
        expect(placesOf(found, tap.secrets)).toEqual([]);
        expect(placesOf(found, ["EXPORTED"]), "no key can be exported").toEqual([]);
      }
    };
    await look(first);
    const known = tap.secrets.size;
    expect(await first.refresh()).toBe("ok");
    await expect.poll(() => second.sequence()).toBe(1);
    expect(await second.call(callOf(mode))).toBe(200);
    expect(tap.secrets.size).toBeGreaterThan(known);
    await look(first, second);
    await signOut(second);
    // What the server has the browser clear (`Clear-Site-Data`) is cleared by then: nothing is opened in the middle of it.
    await expect.poll(async () => (await second.facts()).record?.end?.confirmed).toBe(true);
    await look(first);
    for (const secret of tap.secrets)
      expect(tap.requests.filter(({ url }) => decodeURIComponent(url).includes(secret))).toEqual([]);
  });

test("what is planted in any of these places is found there", async ({ context }) => {
  await context.addInitScript(spy);
  const { page } = await openTab(context, "/oauth-app/?tokens=memory");
  const planted = "planted-where-scripts-can-read";
  await page.evaluate(
    async ([secret, chunk]) => {
      class Deep {
        inside = new Map([["a", new Set([{ [Symbol("b")]: new TextEncoder().encode(secret) }])]]);
      }
      Object.assign(globalThis, { deep: Object.create(new Deep()) });
      document.body.dataset.planted = secret;
      history.replaceState({ secret }, "", `?tokens=memory#${secret}`);
      localStorage.planted = secret;
      sessionStorage.planted = secret;
      // biome-ignore lint/suspicious/noDocumentCookie: what any browser has
      document.cookie = `planted=${secret}`;
      await (await caches.open("planted")).put("/planted", new Response(secret));
      const opening = indexedDB.open("planted");
      opening.onupgradeneeded = () => {
        opening.result.createObjectStore("any").put(new TextEncoder().encode(secret).buffer, 1);
      };
      await new Promise<void>((resolve) => {
        opening.onsuccess = () => {
          opening.result.close();
          resolve();
        };
      });
      const heard = globalThis.spied.messages.length;
      new BroadcastChannel("sojourn.oauth-memory").postMessage({ secret });
      const { port1 } = new MessageChannel();
      port1.postMessage([secret]);
      console.log({ secret });
      dispatchEvent(new ErrorEvent("error", { message: secret }));
      while (globalThis.spied.messages.length < heard + 3) await new Promise((then) => setTimeout(then));
      globalThis.recorded.push({ event: "any", detail: { secret } });
      const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, true, ["encrypt"]);
      Object.assign(globalThis, { key });
      const scripts = performance.getEntriesByType("resource").map(({ name }) => name);
      const exported = await import(scripts.find((name) => chunk.test(name)) as string);
      Object.assign(Object.values(exported).find((it) => typeof it === "function") as object, { secret });
    },
    [planted, chunk("session")] as const,
  );
  const found = await dump(page);
  expect(placesOf(found, [planted])).toEqual(Object.keys(found));
  expect(placesOf(found, ["EXPORTED"])).toEqual(["globals"]);
});
