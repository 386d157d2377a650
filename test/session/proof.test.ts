import type { Proof, ProofOptions } from "sojourn";
import { oauth2 } from "sojourn/presets";
import { createWorld, type FakeUser, type World } from "sojourn/testing";
import { expect, test } from "vitest";
import { eventsOf, MINUTE, outcome, shows } from "./support.js";

/** Signs with a word, and notes what it is told. What takes real time, such as a key, is tested in `test/dpop`. */
function fakeProof(type = { bound: "Bearer" }) {
  const told: string[] = [];
  const how: ProofOptions[] = [];
  let degraded = () => {};
  const gate = { signing: undefined as Promise<void> | undefined };
  const proof: Proof = {
    binds: ({ accessToken, tokenType }) => !accessToken || tokenType === type.bound,
    async send(request, fetch, options = {}) {
      how.push(options);
      await gate.signing;
      request.headers.set("DPoP", "signed");
      return fetch(request);
    },
    begin: () => void told.push("begin"),
    end: (last) => void told.push(last ? "end, last" : "end"),
    watch: (run) => {
      degraded = run;
    },
  };
  return Object.assign(proof, { type, told, how, gate, degrade: () => degraded() });
}

const tokensOf = (world: World, who: string) => ({ ...world.server.issueTokens(who), tokenType: "Bearer" });

const tokenServer = { tokenUrl: "/token", clientId: "app", revocationUrl: "/revoke", idempotency: true };

async function withProof() {
  const world = createWorld();
  const proof = fakeProof();
  const tab = world.tab({ server: oauth2<FakeUser>({ ...tokenServer, proof }), idle: { timeout: "1h" } });
  await world.run(tab.session.start(tokensOf(world, "ada")));
  return { world, proof, tab };
}

test("T7 refreshes, calls and the word of the end go out with a proof, other origins' requests without", async () => {
  const { world, proof, tab } = await withProof();
  await world.run(tab.session.refresh());
  await world.run(tab.session.fetch("/api/news"));
  await world.run(tab.session.fetch("https://elsewhere.test/api/news"));
  await world.run(tab.session.logout());
  const signed = (path: string) => world.network.sent(path).map(({ headers }) => headers.dpop);
  expect(signed("/token")).toEqual(["signed"]);
  expect(signed("/api/news")).toEqual(["signed", undefined]);
  expect(signed("/revoke")).toEqual(["signed"]);
  expect(proof.how.map(({ end = false, once = false }) => [end, once])).toEqual([
    [false, false],
    [false, false],
    [true, false],
  ]);
});

test("T9 the key is the session's from its start to its end", async () => {
  const { world, proof, tab } = await withProof();
  expect(proof.told).toEqual(["begin"]);
  await world.run(tab.session.logout());
  expect(proof.told).toEqual(["begin", "end, last"]);
});

test("T9 a session that is replaced by the next sign-in leaves the key to it", async () => {
  const { world, proof, tab } = await withProof();
  await world.run(tab.session.start(tokensOf(world, "alan")));
  expect(proof.told).not.toContain("end, last");
  expect(shows(tab)).toBe("active");
});

test("T9 a sign-in with tokens that are not bound is refused, and nothing begins", async () => {
  const { world, proof, tab } = await withProof();
  await world.run(tab.session.logout());
  proof.type.bound = "DPoP";
  expect(await world.run(outcome(tab.session.start(tokensOf(world, "ada"))))).toBe("ERR_INVALID_OPTION");
  expect(shows(tab)).toBe("ended logout");
});

test("T9 a refresh that brings a token that is not bound is refused, and nothing is lost", async () => {
  const { world, proof, tab } = await withProof();
  const token = await world.run(tab.session.getAccessToken());
  proof.type.bound = "DPoP";
  expect(await world.run(outcome(tab.session.refresh()))).toBe("ERR_BAD_REPLY");
  expect(shows(tab)).toBe("active");
  expect(await world.run(tab.session.getAccessToken())).toBe(token);
  // The server says the right word again: the same refresh token with the same key gets what was refused.
  proof.type.bound = "Bearer";
  await world.advance(5 * MINUTE);
  await world.run(tab.session.refresh());
  expect(await world.run(tab.session.getAccessToken())).not.toBe(token);
  expect(world.server.metrics.reuses).toBe(0);
});

test("I-once F3 a tab that is held up while it signs does not send: another has taken over", async () => {
  const { world, proof, tab } = await withProof();
  let signed = () => {};
  proof.gate.signing = new Promise((resolve) => {
    signed = resolve;
  });
  const refreshing = outcome(tab.session.refresh());
  await world.advance(100);
  expect(proof.how).toHaveLength(1);
  // Longer than others have patience.
  tab.freeze();
  await world.advance(16_000);
  signed();
  tab.resume();
  await world.run(refreshing);
  const sent = world.network.sent("/token");
  expect(sent.length).toBeLessThanOrEqual(1);
  expect(world.server.metrics.reuses).toBe(0);
});

test("a key that cannot be stored is told", async () => {
  const { proof, tab } = await withProof();
  const heard = eventsOf(tab);
  proof.degrade();
  expect(heard).toEqual(["degraded"]);
});
