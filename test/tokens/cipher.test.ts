import { expect, test } from "vitest";
import { cipher as maybe } from "../../src/platform/cipher.js";
import type { CipherPort } from "../../src/platform/platform.js";

const cipher = maybe as CipherPort;

test("a seal opens with its key, for its purpose, and not otherwise", async () => {
  const [key, other] = await Promise.all([cipher.key(), cipher.key()]);
  const sealed = await cipher.seal(key, "at-1", "epoch 7");
  expect(JSON.stringify(sealed)).not.toContain("at-1");
  expect(await cipher.open(key, sealed, "epoch 7")).toBe("at-1");
  expect(await cipher.open(key, sealed, "epoch 8")).toBeUndefined();
  expect(await cipher.open(other, sealed, "epoch 7")).toBeUndefined();
});

test("a seal that was changed by one bit does not open", async () => {
  const key = await cipher.key();
  const sealed = (await cipher.seal(key, "at-1", "x")) as { iv: Uint8Array; data: ArrayBuffer };
  new Uint8Array(sealed.data)[0] ^= 1;
  expect(await cipher.open(key, sealed, "x")).toBeUndefined();
});

test("the same text is never sealed the same way twice", async () => {
  const key = await cipher.key();
  const seals = await Promise.all(Array.from({ length: 20 }, () => cipher.seal(key, "at-1", "x")));
  expect(new Set(seals.map((it) => String((it as { iv: Uint8Array }).iv))).size).toBe(20);
});

test.each([undefined, null, 17, "noise", {}, { iv: "x", data: "y" }, { iv: new Uint8Array(12) }])(
  "what was never sealed does not open: %j",
  async (noise) => {
    expect(await cipher.open(await cipher.key(), noise, "x")).toBeUndefined();
  },
);

test("no key can be exported, whichever way it was made", async () => {
  const [one, other] = await Promise.all([cipher.pair(), cipher.pair()]);
  const keys = [await cipher.key(), await cipher.key("secret"), await one.agree(other.told, "x")];
  for (const key of keys)
    for (const format of ["raw", "jwk"] as const)
      await expect(crypto.subtle.exportKey(format, key as CryptoKey)).rejects.toThrow();
});

test("who has told one another a half of a pair has a key in common, for one purpose", async () => {
  const [one, other, eve] = await Promise.all([cipher.pair(), cipher.pair(), cipher.pair()]);
  const sealed = await cipher.seal(await one.agree(other.told, "7 0 a b"), "at-1", "x");
  expect(await cipher.open(await other.agree(one.told, "7 0 a b"), sealed, "x")).toBe("at-1");
  expect(await cipher.open(await other.agree(one.told, "7 1 a b"), sealed, "x")).toBeUndefined();
  expect(await cipher.open(await eve.agree(one.told, "7 0 a b"), sealed, "x")).toBeUndefined();
  expect(await cipher.open(await eve.agree(other.told, "7 0 a b"), sealed, "x")).toBeUndefined();
});

test("the same secret is the same key, everywhere", async () => {
  const sealed = await cipher.seal(await cipher.key("secret"), "at-1", "x");
  expect(await cipher.open(await cipher.key("secret"), sealed, "x")).toBe("at-1");
  expect(await cipher.open(await cipher.key("Secret"), sealed, "x")).toBeUndefined();
});

test.each([undefined, "text", new Uint8Array(3), new Uint8Array(65)])(
  "a key that is none is refused: %j",
  async (told) => {
    const { agree } = await cipher.pair();
    await expect(agree(told, "x")).rejects.toThrow();
  },
);
