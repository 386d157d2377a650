import { beforeEach, expect, test, vi } from "vitest";
import { dpop } from "../../src/dpop/index.js";
import { SessionError } from "../../src/errors.js";
import { hash, newName, read } from "./support.js";

/** A server that answers this, and what it was sent. */
function answering(...replies: Response[]) {
  const requests: Request[] = [];
  const fetch = async (request: Request) => {
    requests.push(request);
    return replies.shift() ?? new Response("{}");
  };
  return { requests, fetch };
}

const nonce = (value: string) => ({ "dpop-nonce": value });
const wanted = (value: string, status: 400 | 401) =>
  status === 401
    ? new Response("", {
        status,
        headers: { ...nonce(value), "www-authenticate": 'DPoP error="use_dpop_nonce", algs="ES256"' },
      })
    : Response.json({ error: "use_dpop_nonce" }, { status, headers: nonce(value) });

let proof = dpop();
beforeEach(() => {
  proof = dpop({ name: newName() });
});

test("T7 a proof has type, algorithm and public key, and says method, address, time and a name of its own", async () => {
  const { requests, fetch } = answering();
  const before = Math.floor(Date.now() / 1000);
  await proof.send(
    new Request("https://id.example/a%20b/token?x=1#top", { method: "post", body: "a" }),
    fetch,
  );
  await proof.send(new Request("https://id.example/a%20b/token", { method: "POST" }), fetch);
  const [first, second] = await Promise.all(requests.map(read));
  expect(first?.header).toEqual({ typ: "dpop+jwt", alg: "ES256" });
  expect(Object.keys(first?.jwk ?? {}).sort()).toEqual(["crv", "kty", "x", "y"]);
  expect(first).toMatchObject({ htm: "POST", htu: "https://id.example/a%20b/token" });
  expect(first?.iat).toBeGreaterThanOrEqual(before);
  expect(first?.iat).toBeLessThanOrEqual(Date.now() / 1000);
  expect(first).not.toHaveProperty("ath");
  expect(first).not.toHaveProperty("nonce");
  expect(first?.jti).toMatch(/^.{22,}$/);
  expect(second?.jti).not.toBe(first?.jti);
  expect(second?.jkt).toBe(first?.jkt);
  expect(await proof.thumbprint()).toBe(first?.jkt);
});

test("T7 with a token the proof has its hash, and the scheme is DPoP", async () => {
  const { requests, fetch } = answering();
  for (const scheme of ["Bearer", "DPoP"])
    await proof.send(
      new Request("https://api.example/", { headers: { Authorization: `${scheme} to.k-en=` } }),
      fetch,
    );
  for (const request of requests) {
    expect(request.headers.get("authorization")).toBe("DPoP to.k-en=");
    expect((await read(request)).ath).toBe(hash("to.k-en="));
  }
});

test("another scheme of authorization is left as it is", async () => {
  const { requests, fetch } = answering();
  await proof.send(new Request("https://api.example/", { headers: { Authorization: "Basic YTpi" } }), fetch);
  expect(requests[0]?.headers.get("authorization")).toBe("Basic YTpi");
  expect(await read(requests[0] as Request)).not.toHaveProperty("ath");
});

test.each([400, 401] as const)(
  "T8 T9 a %s that asks for its nonce gets the request once more, with a fresh proof and the same body",
  async (status) => {
    const { requests, fetch } = answering(wanted("n1", status));
    const bodies: string[] = [];
    const reply = await proof.send(
      new Request("https://id.example/token", { method: "POST", body: "grant_type=x" }),
      async (request) => {
        bodies.push(await request.clone().text());
        return fetch(request);
      },
    );
    expect(reply.status).toBe(200);
    expect(bodies).toEqual(["grant_type=x", "grant_type=x"]);
    const [first, second] = await Promise.all(requests.map(read));
    expect([first?.nonce, second?.nonce]).toEqual([undefined, "n1"]);
    expect(second?.jti).not.toBe(first?.jti);
  },
);

test("T8 a server that is never content gets the request twice, and its word is passed on", async () => {
  const { requests, fetch } = answering(wanted("n1", 401), wanted("n2", 401), wanted("n3", 401));
  const reply = await proof.send(new Request("https://api.example/"), fetch);
  expect(reply.status).toBe(401);
  expect(requests).toHaveLength(2);
});

test("T8 every reply replaces the nonce, of whatever status, for its own server alone", async () => {
  const { requests, fetch } = answering(
    new Response("", { headers: nonce("a1") }),
    new Response("", { headers: nonce("b1") }),
    new Response("", { status: 503, headers: nonce("a2") }),
    new Response(""),
  );
  for (const url of [
    "https://a.example/1",
    "https://b.example/",
    "https://a.example/2",
    "https://a.example/3",
    "https://b.example/",
    "https://a.example:8443/",
  ])
    await proof.send(new Request(url), fetch);
  const said = await Promise.all(requests.map(read));
  expect(said.map((claims) => claims.nonce)).toEqual([undefined, undefined, "a1", "a2", "b1", undefined]);
});

test.each([
  [
    "a 401 for another reason",
    new Response("", {
      status: 401,
      headers: { ...nonce("n"), "www-authenticate": 'DPoP error="invalid_token"' },
    }),
  ],
  [
    "a 400 for another reason",
    Response.json({ error: "invalid_grant" }, { status: 400, headers: nonce("n") }),
  ],
  ["a 400 that is no JSON", new Response("use_dpop_nonce", { status: 400, headers: nonce("n") })],
  ["a demand without a nonce", Response.json({ error: "use_dpop_nonce" }, { status: 400 })],
  ["a 403", Response.json({ error: "use_dpop_nonce" }, { status: 403, headers: nonce("n") })],
  ["a challenge for Bearer", new Response("", { status: 401, headers: { "www-authenticate": "Bearer" } })],
])("T9 %s is passed on: nothing is sent again, and nothing without a proof", async (_, refusal) => {
  const { requests, fetch } = answering(refusal);
  const reply = await proof.send(
    new Request("https://api.example/", { headers: { Authorization: "Bearer t" } }),
    fetch,
  );
  expect(reply).toBe(refusal);
  await reply.text();
  expect(requests.map(({ headers }) => headers.get("authorization"))).toEqual(["DPoP t"]);
});

test("a body that can be read once is not sent again", async () => {
  const { requests, fetch } = answering(wanted("n1", 401));
  const request = new Request("https://api.example/", { method: "POST", body: "a" });
  expect((await proof.send(request, fetch, { once: true })).status).toBe(401);
  expect(requests).toEqual([request]);
});

test("a wrong clock here: after a refusal proofs are dated by the server's", async () => {
  const fast = 3_600_000;
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + fast });
  try {
    const date = () => ({ date: new Date(Date.now() - fast).toUTCString() });
    const { requests, fetch } = answering(
      new Response("", { headers: date() }),
      Response.json({ error: "invalid_dpop_proof" }, { status: 400, headers: date() }),
      new Response(""),
      new Response(""),
    );
    for (let times = 0; times < 3; times++) await proof.send(new Request("https://id.example/"), fetch);
    await proof.send(new Request("https://other.example/"), fetch);
    const behind = (await Promise.all(requests.map(read))).map(({ iat = 0 }) => Date.now() / 1000 - iat);
    expect(behind.map((seconds) => Math.round(seconds / 60))).toEqual([0, 0, 60, 0]);

    vi.setSystemTime(Date.now() - fast);
    const right = answering(Response.json({}, { status: 401, headers: { date: new Date().toUTCString() } }));
    for (let times = 0; times < 2; times++) await proof.send(new Request("https://id.example/"), right.fetch);
    const { iat = 0, ...claims } = await read(right.requests[1] as Request);
    expect(Math.abs(Date.now() / 1000 - iat)).toBeLessThan(60);
    expect(claims).not.toHaveProperty("toJSON");
  } finally {
    vi.useRealTimers();
  }
});

test("T9 a grant binds by its type, whatever its case; what brings no token binds nothing", () => {
  const of = (tokenType?: string) => proof.binds({ accessToken: "t", tokenType });
  expect([of("DPoP"), of("dpop"), of("Bearer"), of("MAC"), of()]).toEqual([true, true, false, false, false]);
  expect(proof.binds({ idleExpiresIn: 1000 })).toBe(true);
});

test("without crypto.subtle it says at once what to do", () => {
  vi.stubGlobal("crypto", {});
  try {
    expect(() => dpop()).toThrow(SessionError);
    expect(() => dpop()).toThrow(
      expect.objectContaining({ code: "ERR_UNSUPPORTED", message: expect.stringContaining("https") }),
    );
  } finally {
    vi.unstubAllGlobals();
  }
});

test("a name that is none is refused", () => {
  expect(() => dpop({ name: "a b" })).toThrow(
    expect.objectContaining({ code: "ERR_INVALID_OPTION", option: "name" }),
  );
});
