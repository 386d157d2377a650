import { modes } from "../attack/support/modes.js";
import { signInByCode } from "./support/code-flow.js";
import { expectAll, type Tab } from "./support/tab.js";
import { expect, test } from "./support/test.js";

test.override({ tapped: true });

/** The proof of a request, as its server reads it. */
function read(proof: unknown): { readonly key: string; readonly jti: string } {
  const [header, claims] = String(proof)
    .split(".")
    .map((part, i) => i < 2 && JSON.parse(Buffer.from(part, "base64url").toString()));
  return { key: `${header.jwk.x}.${header.jwk.y}`, jti: claims.jti };
}

/** Every private key in the storage of the origin: whether it says that it can be exported, and whether it can. */
const keys = (tab: Tab) =>
  tab.run(async () => {
    const wait = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const found: unknown[] = [];
    for (const { name } of await indexedDB.databases()) {
      const database = await wait(indexedDB.open(name ?? ""));
      for (const store of database.objectStoreNames)
        for (const value of await wait(database.transaction(store).objectStore(store).getAll())) {
          const key: CryptoKey | undefined = value?.pair?.privateKey;
          if (!key) continue;
          const exported = crypto.subtle.exportKey("jwk", key).then(
            () => "exported",
            (error) => error.name as string,
          );
          found.push(key.extractable, await exported);
        }
      database.close();
    }
    return found;
  });

// Not in a shared worker: WebKit reads `null` there for whatever has a key in it, see docs/dpop.md.
test.for(["memory"] as const)(
  "T7 T8 T9 S11 %s: one key for both windows, which survives a reload and which no script can export; every request is proven by it, refreshes too, under nonces that change",
  async (mode, { open, server, tap }) => {
    const path = `${modes[mode].path}&dpop=1`;
    const a = await open("window", path);
    await signInByCode(a);
    const b = await open("window", path);
    await expectAll([a, b], "active");
    const call = (tab: Tab) =>
      tab.run(() => demo.session.fetch("/oauth/api/profile").then(({ status }) => status));
    const refresh = (tab: Tab) => tab.run(() => demo.session.refresh().then(() => "ok", String));

    expect([await call(a), await call(b)]).toEqual([200, 200]);
    await server.trouble({ wantNonce: true });
    expect([await refresh(a), await call(a)]).toEqual(["ok", 200]);
    await a.load();
    await expectAll([a, b], "active");
    expect([await call(a), await refresh(a), await call(b)]).toEqual([200, "ok", 200]);
    expect(await keys(a)).toEqual([false, "InvalidAccessError"]);

    const proofs = (tap?.requests ?? []).flatMap(({ headers }) => headers.dpop ?? []).map(read);
    expect(proofs.length).toBeGreaterThanOrEqual(8);
    expect(new Set(proofs.map(({ key }) => key)).size).toBe(1);
    expect(new Set(proofs.map(({ jti }) => jti)).size).toBe(proofs.length);
    const { nonceDemands, ...told } = await server.metrics();
    expect(nonceDemands).toBeGreaterThan(0);
    expect(told).toMatchObject({ proofRefusals: 0, refreshes: 2, reuses: 0, invalidTokens: 0 });

    await b.click("button", "Sign out");
    await expectAll([a, b], "ended");
    await expect.poll(() => keys(a), { message: "the key goes with the session" }).toEqual([]);
  },
);
