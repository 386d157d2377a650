import { modes } from "../attack/support/modes.js";
import { readProof, storedKeys } from "../support/proofs.js";
import { signInByCode } from "./support/code-flow.js";
import { expectAll, type Tab } from "./support/tab.js";
import { expect, test } from "./support/test.js";

test.override({ tapped: true });

// Not in a shared worker: WebKit reads `null` there for whatever has a key in it, see docs/dpop.md.
test.for(["memory", "dedicated-worker"] as const)(
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
    expect(await a.run(storedKeys)).toEqual([{ extractable: false, exported: "InvalidAccessError" }]);

    const proofs = (tap?.requests ?? [])
      .flatMap(({ headers }) => headers.dpop ?? [])
      .map((proof) => readProof(String(proof)));
    expect(proofs.length).toBeGreaterThanOrEqual(8);
    expect(new Set(proofs.map(({ jkt }) => jkt)).size).toBe(1);
    expect(new Set(proofs.map(({ jti }) => jti)).size).toBe(proofs.length);
    const { nonceDemands, ...told } = await server.metrics();
    expect(nonceDemands).toBeGreaterThan(0);
    expect(told).toMatchObject({ proofRefusals: 0, refreshes: 2, reuses: 0, invalidTokens: 0 });

    await b.click("button", "Sign out");
    await expectAll([a, b], "ended");
    await expect.poll(() => a.run(storedKeys), { message: "the key goes with the session" }).toEqual([]);
  },
);
