import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { serve } from "./support/server.js";

test("S11 a thief of the data folder finds no session id, token or idempotency key in it", async () => {
  const server = await serve();
  const browser = await server.browser().signIn();
  const secrets = new Set(browser.cookies.values());
  for (const key of ["an-idempotency-key-1", "an-idempotency-key-2"]) {
    await browser.refresh(key);
    secrets.add(key);
    for (const secret of browser.cookies.values()) secrets.add(secret);
  }
  expect(secrets.size).toBe(6);
  await server.restart();

  const files = await readdir(server.dataDir, { recursive: true, withFileTypes: true });
  const contents = await Promise.all(
    files.filter((entry) => entry.isFile()).map((entry) => readFile(join(entry.parentPath, entry.name))),
  );
  const all = Buffer.concat(contents);
  expect(all.includes("u-ada")).toBe(true);
  for (const secret of secrets) {
    expect(all.includes(secret)).toBe(false);
    expect(all.includes(Buffer.from(secret, "base64url"))).toBe(false);
    expect(all.includes(Buffer.from(secret, "base64url").toString("hex"))).toBe(false);
  }
});

test("the server key is a file of its own, for the owner's eyes only, and stays the same", async () => {
  const server = await serve();
  const file = join(server.dataDir, "server.key");
  const key = await readFile(file, "utf8");
  expect(Buffer.from(key, "base64url")).toHaveLength(32);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  await server.restart();
  expect(await readFile(file, "utf8")).toBe(key);
});

test("a server key from the environment leaves no file", async () => {
  const server = await serve({ SERVER_KEY: Buffer.alloc(32, 7).toString("base64url") });
  expect(await readdir(server.dataDir)).toEqual(["store"]);
});

test("a server key that is too short is refused", async () => {
  await expect(serve({ SERVER_KEY: "c2hvcnQ" })).rejects.toThrow(
    "SERVER_KEY must hold at least 32 bytes in base64url",
  );
});
