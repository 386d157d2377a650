import fc from "fast-check";
import { expect, test } from "vitest";
import type { SharedRecord } from "../../src/core/record.js";
import { cipher as subtle } from "../../src/platform/cipher.js";
import { hash } from "../../src/platform/hash.js";
import type { CipherPort } from "../../src/platform/platform.js";
import { random } from "../../src/platform/random.js";
import { createHandOver } from "../../src/secrets/hand-over.js";
import type { Elsewhere, Held } from "../../src/secrets/memory.js";
import { anything, holdsLater, nearly } from "./support.js";

const crypt = subtle as CipherPort;
const at = { epoch: 1, sequence: 1 };
const credential = { accessToken: "the access token", refreshToken: "the refresh token" };

/** One tab, with the browser's cryptography, and what it posts. */
function tabOf(tab: string, held: () => Held | undefined, cipher = crypt) {
  const said: Record<string, unknown>[] = [];
  const platform = { clock: { wall: () => 0, mono: () => 0, timer: () => () => {} }, random, hash };
  const parts = { tab, cipher, platform, post: (it: object) => said.push({ ...it }) };
  return { said, handOver: createHandOver(parts, held) as Required<Elsewhere> };
}

/** All that was begun by what it heard is over: its cryptography takes turns of the event loop. */
const settled = async () => {
  for (let i = 0; i < 4; i++) await new Promise(setImmediate);
};

/** A tab that has the tokens of a session. */
async function ownerOf(credential: Held["credential"], tab = "this", cipher = crypt) {
  let held: Held | undefined;
  const { said, handOver } = tabOf(tab, () => held, cipher);
  const deposit = await handOver.prepare(credential, undefined);
  const { prefix } = deposit;
  handOver.keep(deposit, { ...at, prefix });
  held = { credential, at: { ...at, prefix } };
  return { said, handOver, record: { ...at, prefix } as SharedRecord };
}

const place = { epoch: fc.constantFrom(0, 1, 1, 1, 2), sequence: fc.constantFrom(0, 1, 1, 1, 2) };
const from = { v: fc.constant(1), ...place, sender: fc.string() };
const sealed = fc.record({ iv: fc.uint8Array(), data: fc.uint8Array() });
const { told } = await crypt.pair();
const key = fc.oneof(fc.constant(told), fc.uint8Array({ minLength: 65, maxLength: 65 }), fc.uint8Array());
const message = fc.oneof(
  fc.record({ ...from, type: fc.constant("wanted"), key }),
  fc.record({
    ...from,
    type: fc.constant("handed"),
    to: fc.constantFrom("", "this", "another"),
    key,
    sealed,
  }),
);

test("tokens that are handed over are the tokens that are found", async () => {
  const token = fc.option(fc.string({ unit: "binary" }), { nil: undefined });
  await holdsLater(0.1, fc.record({ accessToken: token, refreshToken: token }), async (credential) => {
    const owner = await ownerOf(credential);
    const asker = tabOf("another", () => undefined);
    const finding = asker.handOver.find(owner.record);
    await expect.poll(() => asker.said.length, { interval: 1 }).toBe(1);
    owner.handOver.hear(structuredClone(asker.said[0]));
    await expect.poll(() => owner.said.length, { interval: 1 }).toBe(1);
    asker.handOver.hear(structuredClone(owner.said[0]));
    expect(await finding).toEqual({ credential, at });
  });
});

const heard = fc.oneof({ weight: 3, arbitrary: nearly(message) }, { weight: 1, arbitrary: anything });

test("S11 whatever a tab that has tokens hears, it does not throw, and says nothing of them in the clear", async () => {
  const { said, handOver, record } = await ownerOf(credential);
  await holdsLater(0.45, heard, async (data) => {
    handOver.hear(data);
    await settled();
  });
  await handOver.kept({ credential, at: record });
  // It has answered those whose key was one.
  expect(said.length).toBeGreaterThan(2);
  expect(JSON.stringify(said)).not.toMatch(/access token|refresh token/);
});

test("S11 F9 whatever a tab that looks for tokens is handed, it does not throw, and takes none of a stranger's", async () => {
  let opened = 0;
  const { said, handOver } = tabOf("this", () => undefined, {
    ...crypt,
    async open(...sealed) {
      const text = await crypt.open(...sealed);
      if (text !== undefined) opened++;
      return text;
    },
  });
  const prefix = "the name of the session";
  let found: Held | undefined;
  void handOver.find({ ...at, prefix } as SharedRecord).then((it) => {
    found = it;
  });
  await expect.poll(() => said.length).toBe(1);
  const text = fc.oneof(
    fc.string(),
    fc.json(),
    nearly(fc.record({ secret: fc.string(), credential: fc.constant(credential) })).map((it) => {
      try {
        return JSON.stringify(it) ?? "";
      } catch {
        return "";
      }
    }),
  );
  // Anybody can seal something for a tab that asks.
  let sealed = "";
  const stranger = await ownerOf(credential, "stranger", {
    ...crypt,
    seal: (key, _, about) => crypt.seal(key, sealed, about),
  });
  await holdsLater(0.45, fc.tuple(text, heard), async ([text, other]) => {
    handOver.hear(other);
    sealed = text;
    stranger.said.length = 0;
    stranger.handOver.hear(said[0]);
    while (!stranger.said.length) await new Promise(setImmediate);
    handOver.hear({ ...stranger.said[0], prefix });
    await settled();
    expect(found).toBe(undefined);
  });
  expect(opened).toBeGreaterThan(100);
});
