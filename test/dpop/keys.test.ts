import { expect, test, vi } from "vitest";
import { dpop } from "../../src/dpop/index.js";
import { newName, read, stored } from "./support.js";

const ok = async () => new Response("{}");

/** The key that a request of this tab is signed by. */
async function signer(tab: ReturnType<typeof dpop>, end = false): Promise<string | undefined> {
  let jkt: string | undefined;
  await tab.send(
    new Request("https://id.example/"),
    async (request) => {
      if (request.headers.has("dpop")) jkt = (await read(request)).jkt;
      return ok();
    },
    { end },
  );
  return jkt;
}

/** Waits until the storage has, or has not, a key. */
const settled = (name: string, there: boolean) =>
  vi.waitFor(async () => expect(!!(await stored(name).read())).toBe(there));

test("T9 S11 twenty tabs at once make one key, which nobody can export", async () => {
  const name = newName();
  const tabs = Array.from({ length: 20 }, () => dpop({ name }));
  const keys = await Promise.all(tabs.map((tab) => signer(tab)));
  expect(new Set(keys).size).toBe(1);
  const { pair, ...rest } = (await stored(name).read()) as { pair: CryptoKeyPair };
  expect(rest).toEqual({ id: keys[0] });
  expect(pair.privateKey.extractable).toBe(false);
  for (const format of ["jwk", "pkcs8"] as const)
    await expect(crypto.subtle.exportKey(format, pair.privateKey)).rejects.toThrow();
});

test("another name has another key", async () => {
  expect(await dpop({ name: newName() }).thumbprint()).not.toBe(await dpop({ name: newName() }).thumbprint());
});

test("nothing is stored before the key is needed", async () => {
  const name = newName();
  dpop({ name });
  expect(await stored(name).read()).toBeUndefined();
});

test("S11 a key in the storage that could be exported is not used", async () => {
  const name = newName();
  const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, [
    "sign",
    "verify",
  ]);
  for (const planted of [{ id: "planted", pair }, { id: 1 }, "key", null]) {
    await stored(name).update(() => planted);
    const tab = dpop({ name });
    expect(await tab.thumbprint()).not.toBe("planted");
    const kept = (await stored(name).read()) as { id: string };
    expect(kept.id).toBe(await tab.thumbprint());
  }
});

test("T9 the end deletes the key, its last request is signed by it, and the next session has another", async () => {
  const name = newName();
  const [a, b] = [dpop({ name }), dpop({ name })];
  const first = await signer(a);
  expect(await signer(b)).toBe(first);
  a.end(true);
  b.end(false);
  expect(await signer(a, true)).toBe(first);
  await settled(name, false);
  const next = await signer(b);
  expect(next).not.toBe(first);
  expect(await signer(a)).toBe(next);
});

test("a tab that never used the key deletes it too, and can sign the last request", async () => {
  const name = newName();
  const first = await signer(dpop({ name }));
  const other = dpop({ name });
  other.end(true);
  expect(await signer(other, true)).toBe(first);
  await settled(name, false);
});

test("an end that is told late goes out without a proof where the key is gone", async () => {
  expect(await signer(dpop({ name: newName() }), true)).toBeUndefined();
});

test("a tab that learns late of the end leaves the key of the next session alone", async () => {
  const name = newName();
  const [late, a] = [dpop({ name }), dpop({ name })];
  await Promise.all([signer(late), signer(a)]);
  a.end(true);
  await settled(name, false);
  const next = await signer(a);
  late.end(true);
  expect(await signer(late)).toBe(next);
  expect(((await stored(name).read()) as { id: string }).id).toBe(next);
});

test("a session that was replaced leaves the key to the next one", async () => {
  const name = newName();
  const tab = dpop({ name });
  const first = await signer(tab);
  tab.end(false);
  expect(await signer(tab)).toBe(first);
});

test("a session begins with the key that its code was exchanged with, whatever the storage lost meanwhile", async () => {
  const name = newName();
  const tab = dpop({ name });
  const first = await signer(tab);
  await stored(name).update(() => undefined);
  tab.begin();
  await settled(name, true);
  expect(await signer(dpop({ name }))).toBe(first);
});

/** A key that cannot be exported, made of one that can: its maker has a copy. */
async function planted() {
  const how = { name: "ECDSA", namedCurve: "P-256" };
  const made = await crypto.subtle.generateKey(how, true, ["sign", "verify"]);
  const jwk = await crypto.subtle.exportKey("jwk", made.privateKey);
  const privateKey = await crypto.subtle.importKey("jwk", jwk, how, false, ["sign"]);
  return { id: "planted", pair: { privateKey, publicKey: made.publicKey } };
}

/** A script of the origin speaks on the tabs' channel, and waits until whoever is there has heard it. */
async function say(name: string, ...messages: object[]): Promise<void> {
  const channel = new BroadcastChannel(`sojourn.${name}.dpop`);
  const answered = new Promise((resolve) => {
    channel.onmessage = resolve;
  });
  for (const message of [...messages, { type: "ask" }]) channel.postMessage(message);
  await answered;
  channel.close();
}

test("T9 S11 no message puts another key in the place of a session's, nor of the next one's", async () => {
  const name = newName();
  const key = await planted();
  const forged = [
    { type: "begin", key },
    { type: "answer", key },
  ];
  const tab = dpop({ name });
  const first = await signer(tab);
  await say(name, ...forged);
  expect(await signer(tab)).toBe(first);
  tab.begin();
  await say(name, ...forged);
  expect([await signer(tab), await tab.thumbprint()]).toEqual([first, first]);
  expect(await stored(name).read()).toMatchObject({ id: first });
  tab.end(true);
  await settled(name, false);
  const next = await tab.thumbprint();
  await say(name, ...forged);
  tab.begin();
  expect(await signer(tab)).toBe(next);
  expect(await stored(name).read()).toMatchObject({ id: next });
});

test("S11 in memory the tabs believe one another, and so whoever speaks on their channel: this is not defended against", async () => {
  const name = newName();
  const tab = dpop({ name, storage: "memory" });
  await signer(tab);
  await say(name, { type: "begin", key: await planted() });
  expect(await tab.thumbprint()).toBe("planted");
  // The key goes with its session.
  tab.end(true);
  expect(await tab.thumbprint()).not.toBe("planted");
});

/** Without storage from now on, until the test is over. */
function deny(): void {
  vi.stubGlobal("indexedDB", {
    open() {
      throw new DOMException("denied", "SecurityError");
    },
  });
}

test("denied storage: said once, the tabs hand the key on, and still nobody can export it", async () => {
  deny();
  try {
    const name = newName();
    const [a, b] = [dpop({ name }), dpop({ name })];
    const degraded = vi.fn();
    a.watch(degraded);
    const first = await signer(a);
    expect(await signer(b)).toBe(first);
    expect(degraded).toHaveBeenCalledTimes(1);
    // Who listens later hears it too.
    const late = vi.fn();
    b.watch(late);
    expect(late).toHaveBeenCalledTimes(1);
  } finally {
    vi.unstubAllGlobals();
  }
});

test("denied storage: a session that begins has its key in every tab", async () => {
  deny();
  try {
    const name = newName();
    const [a, b] = [dpop({ name }), dpop({ name })];
    // Both at once: neither has a key to give.
    await Promise.all([signer(a), signer(b)]);
    a.begin();
    const first = await signer(a);
    await vi.waitFor(async () => expect(await signer(b)).toBe(first));
  } finally {
    vi.unstubAllGlobals();
  }
});

test("a connection that is lost once is no reason to give up", async () => {
  const name = newName();
  const first = await dpop({ name }).thumbprint();
  const { open } = indexedDB;
  const opening = vi.spyOn(indexedDB, "open").mockImplementationOnce(() => {
    throw new DOMException("lost", "UnknownError");
  });
  opening.mockImplementation((...args) => open.apply(indexedDB, args));
  try {
    const tab = dpop({ name });
    const degraded = vi.fn();
    tab.watch(degraded);
    expect(await tab.thumbprint()).toBe(first);
    expect(degraded).not.toHaveBeenCalled();
  } finally {
    opening.mockRestore();
  }
});

test("I-live a storage that does not answer is waited for a while, and the key comes from another tab", async () => {
  const name = newName();
  const other = dpop({ name });
  const first = await signer(other);
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const opening = vi.spyOn(indexedDB, "open").mockReturnValue({} as IDBOpenDBRequest);
  try {
    const tab = dpop({ name });
    const degraded = vi.fn();
    tab.watch(degraded);
    const asked = vi.fn();
    void signer(tab).then(asked);
    for (let waited = 0; waited < 9000 && degraded.mock.calls.length === 0; waited += 50)
      await vi.advanceTimersByTimeAsync(50);
    // The other tab answers in its own time.
    await vi.waitFor(() => expect(asked).toHaveBeenCalledWith(first), { timeout: 10_000 });
    expect(degraded).toHaveBeenCalledTimes(1);
  } finally {
    opening.mockRestore();
    vi.useRealTimers();
  }
});

test("in memory nothing touches the disk, and it is no degradation", async () => {
  const name = newName();
  const opening = vi.spyOn(indexedDB, "open");
  const [a, b] = [dpop({ name, storage: "memory" }), dpop({ name, storage: "memory" })];
  const degraded = vi.fn();
  a.watch(degraded);
  expect(await signer(b)).toBe(await signer(a));
  a.end(true);
  b.end(false);
  expect(await signer(a)).toBe(await signer(b));
  expect(opening).not.toHaveBeenCalled();
  expect(degraded).not.toHaveBeenCalled();
  opening.mockRestore();
});
