import { expect, test } from "vitest";
import { hashPassword, verifyPassword } from "../../demo/server/passwords.js";
import { demoAccounts, Users } from "../../demo/server/users.js";

test("the demo's people sign in with the passwords on the sign", async () => {
  const users = new Users(demoAccounts);
  expect(await users.verify("ada", "lovelace")).toEqual({
    id: "u-ada",
    name: "Ada Lovelace",
    username: "ada",
  });
  expect(await users.verify("alan", "turing")).toEqual({
    id: "u-alan",
    name: "Alan Turing",
    username: "alan",
  });
  expect(await users.verify("ada", "turing")).toBeUndefined();
  expect(await users.verify("nobody", "lovelace")).toBeUndefined();
});

test("a hash is salted, keeps its cost, and no part of the password", async () => {
  const cheap = { N: 2, r: 1, p: 1 };
  const [one, two] = [await hashPassword("secret", cheap), await hashPassword("secret", cheap)];
  expect(one).not.toBe(two);
  expect(one).toMatch(/^scrypt\$2\$1\$1\$[\w-]{22}\$[\w-]{43}$/);
  expect(await verifyPassword("secret", one)).toBe(true);
  expect(await verifyPassword("Secret", one)).toBe(false);
});

test("the same password typed on another system is the same", async () => {
  const hash = await hashPassword("caf\u00e9", { N: 2, r: 1, p: 1 });
  expect(await verifyPassword("cafe\u0301", hash)).toBe(true);
});
