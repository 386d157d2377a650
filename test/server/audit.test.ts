import { expect, test } from "vitest";
import { serve } from "./support/server.js";

test("S15 the log tells each session's life under a salted hash of its id", async () => {
  const server = await serve();
  const [ada, alan] = [await server.browser().signIn("ada"), await server.browser().signIn("alan")];
  const copy = ada.copy();
  await ada.refresh("k1");
  await copy.copy().refresh("k1");
  await alan.post("/logout");
  await copy.refresh("stolen");

  const life = (userId: string) =>
    server.audit.filter((line) => line.userId === userId).map(({ event, reason }) => [event, reason]);
  expect(life("u-ada")).toEqual([
    ["started", undefined],
    ["rotated", undefined],
    ["replayed", undefined],
    ["reuse", "revoked"],
  ]);
  expect(life("u-alan")).toEqual([
    ["started", undefined],
    ["ended", "ended"],
  ]);

  const hashes = new Set(server.audit.map(({ session }) => session));
  expect(hashes.size).toBe(2);
  for (const hash of hashes) expect(hash).toMatch(/^[0-9a-f]{16}$/);
  for (const line of server.audit) expect(Date.parse(line.time as string)).toBe(server.clock.now());

  const log = JSON.stringify(server.audit);
  for (const secret of [...ada.cookies.values(), ...alan.cookies.values(), ...copy.cookies.values()]) {
    expect(log).not.toContain(secret);
  }
});

test("S15 one session keeps its hash over a restart; another server key gives another", async () => {
  const server = await serve();
  await server.browser().signIn();
  const again = await server.restart();
  await again.trouble({ endSession: "ada" });
  expect(again.audit).toMatchObject([{ event: "ended", session: server.audit[0]?.session }]);

  await again.browser().signIn();
  const salted = await again.restart({ SERVER_KEY: Buffer.alloc(32, 7).toString("base64url") });
  await salted.trouble({ endSession: "ada" });
  expect(salted.audit).toMatchObject([{ event: "ended", session: expect.any(String) }]);
  expect(salted.audit[0]?.session).not.toBe(again.audit[1]?.session);
});

test("S15 the log can be turned off", async () => {
  const server = await serve({ AUDIT_LOG: "off" });
  await server.browser().signIn();
  expect(server.audit).toEqual([]);
});
