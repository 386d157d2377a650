import type { Request } from "@playwright/test";
import { signInByCode } from "./support/code-flow.js";
import { readProof, storedKeys } from "./support/proofs.js";
import { expect, openTab, test } from "./support/test.js";

const PAGE = "/oauth-app/?tokens=memory&dpop=1";
const DATABASE = "sojourn.oauth-memory-dpop.dpop";

const proofOf = (request: Request) => readProof(request.headers().dpop);

test("T7 T8 T9 S11 tokens bound to a key: calls, one refresh, nonces that change, a forged key that nobody takes, and the thief who has the tokens only", async ({
  context,
  server,
}) => {
  const sent: Request[] = [];
  context.on("request", (request) => request.headers().dpop && sent.push(request));
  const tab = await openTab(context, PAGE);
  const { page } = tab;
  await signInByCode(tab);
  expect(new URL(page.url()).search, "the choice survives the way to the sign-in page").toBe(
    "?tokens=memory&dpop=1",
  );
  expect(await tab.call("/oauth/api/profile")).toBe(200);
  expect(await tab.refresh()).toBe("ok");
  expect(await tab.call("/oauth/api/profile")).toBe(200);

  // A nonce from now on, and then another: exactly one more request for each.
  const before = sent.length;
  await server.trouble({ wantNonce: true });
  expect(await tab.call("/oauth/api/profile")).toBe(200);
  expect(await tab.call("/oauth/api/profile")).toBe(200);
  await server.trouble({ newNonce: true });
  expect(await tab.refresh()).toBe("ok");
  expect(await tab.call("/oauth/api/profile")).toBe(200);
  expect(sent.length - before).toBe(4 + 2);
  expect(await server.metrics()).toMatchObject({
    ...{ nonceDemands: 2, proofRefusals: 0, refreshes: 2, reuses: 0, invalidTokens: 0 },
  });
  const proofs = sent.map(proofOf);
  expect(new Set(proofs.map(({ jkt }) => jkt)).size).toBe(1);
  expect(new Set(proofs.map(({ jti }) => jti)).size).toBe(proofs.length);

  // A script of the page tells the tabs that a session has begun with its key.
  await page.evaluate(async (name) => {
    const how = { name: "ECDSA", namedCurve: "P-256" };
    const pair = await crypto.subtle.generateKey(how, false, ["sign", "verify"]);
    const channel = new BroadcastChannel(name);
    const heard = new Promise((resolve) => {
      channel.onmessage = resolve;
    });
    channel.postMessage({ type: "begin", key: { id: "forged", pair } });
    channel.postMessage({ type: "ask" });
    await heard;
    channel.close();
  }, DATABASE);
  expect(await tab.call("/oauth/api/profile"), "nobody has taken it").toBe(200);
  expect(proofOf(sent.at(-1) as Request).jkt).toBe(proofs[0]?.jkt);

  const token = await page.evaluate(() => demo.session.getAccessToken());
  const steal = (Authorization: string, more = {}) =>
    fetch(`${server.origin}/oauth/api/profile`, { headers: { Authorization, ...more } });
  const used = sent.at(-1)?.headers().dpop ?? "";
  expect((await steal(`Bearer ${token}`)).status).toBe(401);
  expect((await steal(`DPoP ${token}`)).status).toBe(401);
  expect((await steal(`DPoP ${token}`, { DPoP: used })).status, "the proof was used").toBe(401);
  expect(await tab.call("/oauth/api/profile")).toBe(200);
});

test("T9 S11 no script can export the key, two tabs have the same, and the end deletes it", async ({
  context,
}) => {
  const sent: Request[] = [];
  context.on("request", (request) => request.headers().dpop && sent.push(request));
  const first = await openTab(context, PAGE);
  const second = await openTab(context, PAGE);
  await signInByCode(first);
  const kept = await first.page.evaluate(async (name) => {
    const read = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const database = await read(indexedDB.open(name));
    const { pair } = await read(database.transaction("session").objectStore("session").get("record"));
    database.close();
    const failed = (format: "jwk" | "pkcs8") =>
      crypto.subtle.exportKey(format, pair.privateKey).then(
        () => "exported",
        (error) => error.name,
      );
    return [pair.privateKey.extractable, await failed("jwk"), await failed("pkcs8")];
  }, DATABASE);
  expect(kept).toEqual([false, "InvalidAccessError", "InvalidAccessError"]);

  // The tokens come from the first tab, the key from the storage: the server takes both together.
  await expect(second.page.getByText("Ada Lovelace is signed in.")).toBeVisible();
  expect(await second.call("/oauth/api/profile")).toBe(200);
  expect(await second.refresh()).toBe("ok");
  expect(await first.call("/oauth/api/profile")).toBe(200);
  const keys = new Set(sent.map((request) => proofOf(request).jkt));
  expect(keys.size, "one key for both tabs").toBe(1);

  await second.page.getByRole("button", { name: "Sign out" }).click();
  await expect(second.signInButton).toBeVisible();
  await signInByCode(second);
  keys.add(proofOf(sent.at(-1) as Request).jkt);
  expect(keys.size, "another one after the end").toBe(2);
  expect(await second.call("/oauth/api/profile")).toBe(200);
});

for (const tokens of ["worker", "dedicated-worker"]) {
  const page = `/oauth-app/?tokens=${tokens}&dpop=1`;

  test(`T7 T8 T9 S11 tokens: ${tokens}: the worker proves every request, learns every nonce, and the page has neither the tokens nor a key that it could export @everyday`, async ({
    context,
    server,
  }) => {
    const first = await openTab(context, page);
    await signInByCode(first);
    expect(await first.call("/oauth/api/profile")).toBe(200);
    expect(await first.refresh()).toBe("ok");
    await server.trouble({ wantNonce: true });
    expect(await first.call("/oauth/api/profile")).toBe(200);
    expect(await first.call("/oauth/api/profile")).toBe(200);
    await server.trouble({ newNonce: true });
    expect(await first.refresh()).toBe("ok");
    expect(await first.call("/oauth/api/profile")).toBe(200);
    const told = { nonceDemands: 2, proofRefusals: 0, refreshes: 2, reuses: 0, invalidTokens: 0 };
    expect(await server.metrics()).toMatchObject(told);

    // Another tab comes by the same tokens and the same key: the server takes no other with them.
    const second = await openTab(context, page);
    await expect(second.page.getByText("Ada Lovelace is signed in.")).toBeVisible();
    expect(await second.call("/oauth/api/profile")).toBe(200);
    expect(await second.refresh()).toBe("ok");
    expect(await first.call("/oauth/api/profile")).toBe(200);
    expect(await server.metrics()).toMatchObject({ proofRefusals: 0, refreshes: 3, reuses: 0 });

    const asked = await first.page.evaluate(() =>
      demo.session.getAccessToken().then(
        () => "a token",
        (error) => error.code,
      ),
    );
    expect(asked).toBe("ERR_NO_CREDENTIAL");
    const keys = async () => (await first.page.evaluate(storedKeys)).map(({ extractable }) => extractable);
    expect(await keys()).toEqual([false]);
    await second.page.getByRole("button", { name: "Sign out" }).click();
    await expect(first.signInButton).toBeVisible();
    await expect.poll(keys, { message: "the key goes with the session" }).toEqual([]);
  });
}
