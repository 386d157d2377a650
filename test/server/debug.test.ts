import { expect, test } from "vitest";
import { isLocal } from "../../demo/server/http/loopback.js";
import { answer } from "./support/browser.js";
import { raw } from "./support/raw.js";
import { serve } from "./support/server.js";

const ROUTES = ["/debug/metrics", "/debug/trouble", "/debug/csp"];

test("debug routes answer this machine", async () => {
  const server = await serve();
  for (const path of ROUTES) {
    for (const host of [`localhost:${server.port}`, `127.0.0.1:${server.port}`, `[::1]:${server.port}`]) {
      expect((await raw(server.url + path, { host })).status, `${path} as ${host}`).toBe(200);
    }
  }
});

test("debug routes are closed to a page that rebound its own name to this machine", async () => {
  const server = await serve();
  for (const path of ROUTES) {
    for (const host of [
      "evil.example",
      `evil.example:${server.port}`,
      "localhost.evil.example",
      "127.0.0.1.evil",
    ]) {
      const reply = await raw(server.url + path, { host });
      expect(reply, `${path} as ${host}`).toMatchObject({ status: 403, body: '{"error":"loopback_only"}' });
    }
  }
});

test.each(["x-forwarded-for", "forwarded"])(
  "debug routes are closed to whom a proxy speaks for (%s)",
  async (header) => {
    const server = await serve();
    const reply = await raw(`${server.url}/debug/metrics`, { [header]: "127.0.0.1" });
    expect(reply.status).toBe(403);
  },
);

test.each([
  ["127.0.0.1", true],
  ["127.8.8.8", true],
  ["::1", true],
  ["::ffff:127.0.0.1", true],
  ["10.0.0.5", false],
  ["::ffff:10.0.0.5", false],
  ["2001:db8::1", false],
  [undefined, false],
])("the address %s is loopback: %s", (remoteAddress, expected) => {
  expect(isLocal(remoteAddress, { host: "localhost:4173" })).toBe(expected);
});

test("debug routes are not there at all for a public origin", async () => {
  const server = await serve({ PUBLIC_ORIGIN: "https://handover.example" });
  for (const path of ROUTES) {
    expect(await answer(server.browser().get(path))).toEqual({ status: 404, body: { error: "not_found" } });
  }
});
