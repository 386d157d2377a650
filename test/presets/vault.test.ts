import { expect, test } from "vitest";
import { memoryVault } from "../../src/secrets/memory.js";

const NOTHING = { accessToken: undefined, refreshToken: undefined };

test("a vault that holds tokens gives back what it was given", () => {
  const vault = memoryVault(true);
  expect([vault.holds, vault.read()]).toEqual([true, NOTHING]);
  vault.keep({ accessToken: "a1", refreshToken: "r1", user: "ada" }, 7);
  expect(vault.read()).toEqual({ accessToken: "a1", refreshToken: "r1" });
});

test("a refresh token that is not renewed is kept (RFC 6749 §6), an access token is not", () => {
  const vault = memoryVault(true);
  vault.keep({ accessToken: "a1", refreshToken: "r1" }, 7);
  vault.keep({ accessToken: "a2" }, 7);
  expect(vault.read()).toEqual({ accessToken: "a2", refreshToken: "r1" });
  vault.keep({ refreshToken: "r2" }, 7);
  expect(vault.read()).toEqual({ accessToken: undefined, refreshToken: "r2" });
});

test("I-mix nothing of an older epoch is kept for the next", () => {
  const vault = memoryVault(true);
  vault.keep({ accessToken: "a1", refreshToken: "r1" }, 7);
  vault.keep({ accessToken: "b1" }, 9);
  expect(vault.read()).toEqual({ accessToken: "b1", refreshToken: undefined });
});

test("I-dead tokens are given away for the last time, once, and only those of that epoch", () => {
  const vault = memoryVault(true);
  const first = { accessToken: "a1", refreshToken: "r1" };
  vault.keep(first, 7);
  expect(vault.take(6)).toEqual(NOTHING);
  expect(vault.take(9)).toEqual(NOTHING);
  expect(vault.read()).toEqual(first);
  expect(vault.take(7)).toEqual(first);
  expect([vault.read(), vault.take(7)]).toEqual([NOTHING, NOTHING]);
});

test("tokens can be used in their own epoch only, and while they are there", () => {
  const vault = memoryVault(true);
  expect(vault.usable(7)).toBe(false);
  expect(vault.usable(0)).toBe(false);
  vault.keep({ refreshToken: "r1" }, 7);
  expect([6, 7, 8].map(vault.usable)).toEqual([false, true, false]);
  vault.take(7);
  expect(vault.usable(7)).toBe(false);
});

test("a page whose session is in cookies never sees a token, and needs none", () => {
  const vault = memoryVault(false);
  vault.keep({ accessToken: "a1", refreshToken: "r1" }, 7);
  expect([vault.holds, vault.read(), vault.take(7), vault.usable(7), vault.usable(1)]).toEqual([
    false,
    NOTHING,
    NOTHING,
    true,
    true,
  ]);
});
