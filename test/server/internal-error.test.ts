import { expect, test, vi } from "vitest";
import { buildApp } from "../../demo/server/app.js";
import { readConfig } from "../../demo/server/config.js";
import type { Store } from "../../src/backend/store/store.js";

/** A database that went away. */
const broken: Store = {
  get: async () => Promise.reject(new Error("connection to 10.0.0.7 refused")),
  update: async () => Promise.reject(new Error("connection to 10.0.0.7 refused")),
  async *list() {
    yield ["note/1", undefined as never] as const;
  },
  sweep: async () => {},
  close: async () => {},
};

test("what breaks inside is a bare 500 outside, and whole in the log: nobody is signed out by it", async () => {
  const log = vi.spyOn(console, "error").mockImplementation(() => {});
  const { http } = await buildApp({ config: readConfig({}), store: broken, serverKey: Buffer.alloc(32) });
  const cookies = { sid: "A".repeat(43), rt: "A".repeat(43) };
  const headers = { "x-sojourn": "1" };
  for (const [method, url] of [
    ["GET", "/session"],
    ["POST", "/session/touch"],
    ["POST", "/refresh"],
    ["POST", "/logout"],
    ["GET", "/api/notes"],
  ] as const) {
    const reply = await http.inject({ method, url, cookies, headers });
    expect(reply.statusCode, url).toBe(500);
    expect(reply.json(), url).toEqual({ error: "internal" });
    expect(reply.cookies, url).toEqual([]);
  }
  expect(log).toHaveBeenCalledTimes(5);
  expect(String(log.mock.calls[0]?.[0])).toContain("10.0.0.7");
  log.mockRestore();
  await http.close();
});
