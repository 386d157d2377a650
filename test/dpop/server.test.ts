import { expect, test, vi } from "vitest";
import { dpop } from "../../src/dpop/index.js";
import { exchangeOf, newName, refreshOf, serveNow } from "./support.js";

test("T7 T8 against a server that makes every check: exchange, refresh, calls, nonces that change", async () => {
  const server = await serveNow({ DPOP_NONCE: "on" });
  const proof = dpop({ name: newName() });
  const post = async (body: URLSearchParams) =>
    (await proof.fetch(`${server.url}/oauth/token`, { method: "POST", body })).json();
  const call = (token: string) =>
    proof.fetch(`${server.url}/oauth/api/profile?part=1`, { headers: { Authorization: `DPoP ${token}` } });

  const tokens = await post(await exchangeOf(server, { dpop_jkt: await proof.thumbprint() }));
  expect(tokens).toMatchObject({ token_type: "DPoP", access_token: expect.any(String) });
  expect((await call(tokens.access_token)).status).toBe(200);
  await server.trouble({ newNonce: true });
  const next = await post(refreshOf(tokens.refresh_token));
  expect(next).toMatchObject({ token_type: "DPoP" });
  await server.trouble({ newNonce: true });
  expect((await call(next.access_token)).status).toBe(200);
  // The first request of all, and one for each change.
  expect(await server.metrics()).toMatchObject({ nonceDemands: 3, proofRefusals: 0, proofs: 4, reuses: 0 });
});

test("T9 another key cannot use what this one was given", async () => {
  const server = await serveNow();
  const [mine, other] = [dpop({ name: newName() }), dpop({ name: newName() })];
  const url = `${server.url}/oauth/token`;
  const tokens = await (await mine.fetch(url, { method: "POST", body: await exchangeOf(server) })).json();
  const headers = { Authorization: `DPoP ${tokens.access_token}` };
  expect((await other.fetch(`${server.url}/oauth/userinfo`, { headers })).status).toBe(401);
  const stolen = await other.fetch(url, { method: "POST", body: refreshOf(tokens.refresh_token) });
  expect(await stolen.json()).toMatchObject({ error: "invalid_grant" });
  expect((await mine.fetch(url, { method: "POST", body: refreshOf(tokens.refresh_token) })).status).toBe(200);
});

test("a clock that is an hour wrong: the first proof is refused, the next one is dated by the server", async () => {
  const server = await serveNow();
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 3_600_000 });
  try {
    const proof = dpop({ name: newName() });
    const send = async () =>
      proof.fetch(`${server.url}/oauth/token`, { method: "POST", body: await exchangeOf(server) });
    expect((await send()).status).toBe(400);
    expect((await send()).status).toBe(200);
  } finally {
    vi.useRealTimers();
  }
});
