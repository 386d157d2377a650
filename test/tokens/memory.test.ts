import { expect, test } from "vitest";
import type { SharedRecord } from "../../src/core/record.js";
import { type Elsewhere, type Held, memoryVault } from "../../src/secrets/memory.js";

const record = (epoch: number, sequence = 0, prefix = "p") => ({ epoch, sequence, prefix }) as SharedRecord;
const credential = (accessToken: string) => ({ accessToken, refreshToken: undefined });
const found = (accessToken: string, epoch: number, sequence = 0): Held => ({
  credential: credential(accessToken),
  at: { epoch, sequence },
});

/** A vault, and what answers its searches. */
function setUp() {
  let answer: (held: Held | undefined) => void = () => {};
  const elsewhere: Elsewhere = {
    find: () => new Promise((resolve) => (answer = resolve)),
    prepare: async (given) => ({ credential: given, prefix: "p" }),
    forget() {},
  };
  return { vault: memoryVault(() => elsewhere), answer: (held?: Held) => answer(held) };
}

test("I-dead tokens that are found when their session has ended are not kept", async () => {
  const { vault, answer } = setUp();
  const search = vault.find(record(7));
  vault.take(7, true);
  answer(found("at-1", 7));
  expect([await search, vault.usable(record(7))]).toEqual([false, false]);
});

test("tokens of a session are found while the one before ends", async () => {
  const { vault, answer } = setUp();
  const search = vault.find(record(9));
  vault.take(7, false);
  answer(found("at-1", 9));
  expect([await search, vault.read(record(9)).accessToken]).toEqual([true, "at-1"]);
});

test("I-mix tokens that are found late do not take the place of newer ones, nor of a newer session's", async () => {
  for (const [epoch, sequence] of [
    [7, 1],
    [9, 0],
  ] as const) {
    const { vault, answer } = setUp();
    const search = vault.find(record(7));
    vault.keep({ credential: credential("at-new"), prefix: "p" }, record(epoch, sequence));
    answer(found("at-old", 7));
    await search;
    expect(vault.read(record(epoch, sequence)).accessToken).toBe("at-new");
  }
});

test("I-mix tokens of one session are none of another that came to the same numbers", async () => {
  const { vault, answer } = setUp();
  const search = vault.find(record(7, 0, "p"));
  answer(found("at-1", 7));
  expect(await search).toBe(true);
  expect([vault.has(record(7, 0, "q")), vault.usable(record(7, 0, "q"))]).toEqual([false, false]);
});
