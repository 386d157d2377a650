import { oauth2 } from "sojourn/presets";
import {
  createWorld,
  type FakeUser,
  type StorageUse,
  type Tab,
  type TabOptions,
  type World,
} from "sojourn/testing";
import { describe, expect, test } from "vitest";
import type { CipherPort } from "../../src/platform/platform.js";
import { about, type Handed } from "../tokens/handed.js";
import {
  eventsOf,
  HOUR,
  MINUTE,
  noLocks,
  outcome,
  recordOf,
  SECOND,
  showing,
  shows,
  takenOverInVain,
  work,
} from "./support.js";

const tokenServer = { tokenUrl: "/token", clientId: "app", revocationUrl: "/revoke", idempotency: true };
const tokens = (mode: "memory" | "sealed", more: TabOptions<FakeUser> = {}): TabOptions<FakeUser> => ({
  server: oauth2<FakeUser>(tokenServer),
  tokens: mode,
  idle: { timeout: "1h" },
  ...more,
});
const modes = ["memory", "sealed"] as const;

/** Ada with tokens, in so many tabs. */
async function signedIn(count: number, options: TabOptions<FakeUser>) {
  const world = createWorld();
  const tabs = Array.from({ length: count }, () => world.tab(options));
  await world.run(tabs[0].session.start(world.server.issueTokens("ada")));
  await world.run(Promise.all(tabs.map((tab) => tab.session.start())));
  return { world, tabs };
}

const userOf = (tab: Tab) => (tab.session.getState() as { user?: FakeUser }).user?.id;
const requests = (world: World) => world.network.log.map(({ path }) => path);
const tokenOf = (world: World, tab: Tab) => world.run(outcome(tab.session.getAccessToken()));

/** Everything that was said, and everything on disk but the key itself. */
const inTheClear = (world: World) =>
  JSON.stringify([world.channel.log, recordOf(world), world.disk.read("sojourn.default", "tokens")]);

describe.each(modes)("tokens: %s", (mode) => {
  const options = tokens(mode);

  test("a new tab gets the tokens without asking the server, and knows the user", async () => {
    const { world, tabs } = await signedIn(3, options);
    expect(showing(tabs)).toEqual(["active"]);
    expect(requests(world)).toEqual([]);
    const own = await Promise.all(tabs.map((tab) => tab.session.getAccessToken()));
    expect(new Set(own)).toEqual(new Set([expect.stringMatching(/^at-/)]));
    expect(tabs.map((tab) => userOf(tab))).toEqual(["ada", "ada", "ada"]);
  });

  test("a reload with another tab alive costs no refresh", async () => {
    const { world, tabs } = await signedIn(2, options);
    const again = tabs[0].reload();
    await world.run(again.session.start());
    expect([shows(again), requests(world)]).toEqual(["active", []]);
    expect(await tokenOf(world, again)).toBe(await tokenOf(world, tabs[1]));
  });

  test("F1 20 tabs over an access expiry: exactly one refresh, and all have the new token", async () => {
    const { world, tabs } = await signedIn(20, options);
    const before = await tokenOf(world, tabs[0]);
    await world.sleep(6 * MINUTE);
    const after = await world.run(Promise.all(tabs.map((tab) => tab.session.getAccessToken())));
    expect(new Set(after).size).toBe(1);
    expect(after[0]).not.toBe(before);
    expect(world.network.sent("/token")).toHaveLength(1);
    expect(world.server.metrics).toMatchObject({ refreshes: 1, reuses: 0, replays: 0 });
  });

  test("F1 20 tabs that get a 401 at once refresh once", async () => {
    const { world, tabs } = await signedIn(20, options);
    world.server.limits.access = SECOND;
    await world.advance(5 * SECOND);
    world.server.limits.access = 5 * MINUTE;
    const refused = { answer: { status: 401, body: {} } };
    for (const _ of tabs) world.network.next("/api/news", refused);
    const replies = await world.run(Promise.all(tabs.map((tab) => tab.session.fetch("/api/news"))));
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]));
    expect(world.network.sent("/token")).toHaveLength(1);
  });

  test("I-once for an hour any tab may refresh, and no refresh token is used twice", async () => {
    const { world, tabs } = await signedIn(4, options);
    for (let round = 0; round < 12; round++) await work(world, tabs[round % 4], 5 * MINUTE);
    const used = world.network
      .sent("/token")
      .map(({ body }) => new URLSearchParams(body).get("refresh_token"));
    expect(used.length).toBeGreaterThan(10);
    expect(new Set(used).size).toBe(used.length);
    expect(new Set(world.network.sent("/token").map(({ tab }) => tab)).size).toBeGreaterThan(1);
    expect(showing(tabs)).toEqual(["active"]);
  });

  test("a tab that was frozen over a refresh goes on with the new token", async () => {
    const { world, tabs } = await signedIn(2, options);
    tabs[1].freeze();
    await world.advance(6 * MINUTE);
    tabs[1].resume();
    await world.advance(SECOND);
    expect(await tokenOf(world, tabs[1])).toBe(await tokenOf(world, tabs[0]));
    expect(world.network.sent("/token")).toHaveLength(1);
  });

  test("I-dead a sign-out anywhere ends it everywhere, the refresh token is revoked, and nothing is handed out", async () => {
    const { world, tabs } = await signedIn(3, options);
    await work(world, tabs[0], 10 * MINUTE);
    await world.run(tabs[2].session.logout());
    await world.advance(SECOND);
    expect(showing(tabs)).toEqual(["ended logout"]);
    expect(world.server.sessions[0].over).toBe("ended");
    for (const tab of tabs) expect(await tokenOf(world, tab)).toBe("ERR_SESSION_ENDED");
    const late = world.tab(options);
    await world.run(late.session.start());
    expect(shows(late)).toBe("signed-out");
    expect(world.disk.read("sojourn.default", "key")).toBeUndefined();
    expect(world.disk.read("sojourn.default", "tokens")).toBeUndefined();
  });

  test("I-custody the storage is cleared, and the user signs in elsewhere while a refresh is claimed: it renews the session on record", async () => {
    const { world, tabs } = await signedIn(1, options);
    const other = world.tab(options);
    await world.run(other.session.start());
    world.disk.clear();
    // Between the look at the record and the claim, and the word of it is on its way.
    const claims = (use: StorageUse) => use.tab === tabs[0].name && use.kind === "update";
    world.disk.trouble = (use) => (claims(use) ? { delay: 200 } : undefined);
    world.channel.trouble = ({ data }) =>
      (data as { type?: string }).type === "changed" ? { delay: 300 } : undefined;
    const refreshed = tabs[0].session.refresh();
    await world.advance(50);
    other.close();
    const newcomer = world.tab(options);
    const grant = world.server.issueTokens("ada");
    await world.run(newcomer.session.start(grant));
    await world.run(refreshed);
    await world.advance(SECOND);
    const [request] = world.network.sent("/token");
    expect(new URLSearchParams(request?.body).get("refresh_token")).toBe(grant.refreshToken);
    expect(await tokenOf(world, tabs[0])).toBe(await tokenOf(world, newcomer));
  });

  test("F29 a sign-in is written by a page that stood still, and given up all the same: it is written once", async () => {
    const world = createWorld();
    const tab = world.tab(options);
    await world.run(tab.session.start());
    world.disk.delay = [100, 100];
    const begun = tab.session.start(world.server.issueTokens("ada"));
    await world.advance(50);
    tab.freeze({ silent: true });
    await world.advance(5 * SECOND);
    tab.resume();
    while (!recordOf(world)) await world.step();
    const { epoch } = recordOf(world) ?? {};
    await world.run(begun);
    expect(recordOf(world)?.epoch).toBe(epoch);
  });

  test("I-mix the next user's tokens do not reach a tab that shows the one before", async () => {
    const { world, tabs } = await signedIn(2, options);
    await world.run(tabs[0].session.start(world.server.issueTokens("bob")));
    await world.advance(SECOND);
    expect([shows(tabs[0]), userOf(tabs[0])]).toEqual(["active", "bob"]);
    expect(shows(tabs[1])).toBe("ended replaced");
    expect(await tokenOf(world, tabs[1])).toBe("ERR_SESSION_ENDED");
  });

  test("the same user signed in again elsewhere: the other tabs go on with the new tokens", async () => {
    const { world, tabs } = await signedIn(2, options);
    await world.run(tabs[0].session.start(world.server.issueTokens("ada")));
    await world.advance(SECOND);
    expect(showing(tabs)).toEqual(["active"]);
    expect(await tokenOf(world, tabs[1])).toBe(await tokenOf(world, tabs[0]));
  });

  test("no token and no secret is in a message or on the disk in the clear", async () => {
    const { world, tabs } = await signedIn(4, options);
    await work(world, tabs[1], 12 * MINUTE);
    const held = await tokenOf(world, tabs[3]);
    expect(held).toMatch(/^at-/);
    expect(inTheClear(world)).not.toMatch(/[ar]t-|secret|"ada"/);
  });

  test("I-abs neither a reload nor a hand-over moves the absolute limit", async () => {
    const { world, tabs } = await signedIn(1, { ...options, absolute: { timeout: "2h" } });
    await work(world, tabs[0], 90 * MINUTE);
    const other = world.tab({ ...options, absolute: { timeout: "2h" } });
    await world.run(other.session.start());
    const again = tabs[0].reload();
    await world.run(again.session.start());
    for (const tab of [other, again])
      expect(tab.session.timeLeft("absolute")).toBeLessThanOrEqual(30 * MINUTE);
    await work(world, again, 31 * MINUTE);
    expect(showing([other, again])).toEqual(["ended absolute"]);
  });
});

describe("without another tab", () => {
  /** Access tokens for the page, the refresh token in a cookie. */
  const mediated: TabOptions<FakeUser> = { refresh: "/mediated", tokens: "memory" };
  function mediating() {
    const world = createWorld();
    let serial = 0;
    world.server.route("/mediated", () => {
      serial++;
      return {
        body: { access_token: `at-${serial}`, expires_in: 300, user: { id: "ada", name: "Ada" } },
      };
    });
    return world;
  }

  test("memory: a reload costs exactly one refresh, and is the same session", async () => {
    const world = mediating();
    const tab = world.tab({ ...mediated, absolute: { timeout: "2h" } });
    await world.run(tab.session.start());
    const { epoch } = tab.session.inspect();
    await work(world, tab, 2 * MINUTE);
    expect(world.network.log).toHaveLength(1);
    const again = tab.reload();
    await world.run(again.session.start());
    expect([shows(again), await tokenOf(world, again)]).toEqual(["active", "at-2"]);
    expect(world.network.log).toHaveLength(2);
    expect(again.session.inspect().epoch).toBe(epoch);
    expect(again.session.timeLeft("absolute")).toBeLessThan(119 * MINUTE);
    // The tabs that come after get what it has.
    const third = world.tab(mediated);
    await world.run(third.session.start());
    expect(await tokenOf(world, third)).toBe("at-2");
    expect(world.network.log).toHaveLength(2);
  });

  test("memory: twenty tabs that a crashed browser opens again cost one refresh", async () => {
    const world = mediating();
    const first = world.tab(mediated);
    await world.run(first.session.start());
    first.crash();
    const tabs = Array.from({ length: 20 }, () => world.tab(mediated));
    await world.run(Promise.all(tabs.map((tab) => tab.session.start())));
    await world.advance(SECOND);
    const own = await world.run(Promise.all(tabs.map((tab) => tab.session.getAccessToken())));
    expect([showing(tabs), new Set(own).size]).toEqual([["active"], 1]);
    expect(world.network.log).toHaveLength(2);
  });

  test("memory: tokens that nobody has any more are no session, and the record stays for who may have them", async () => {
    const { world, tabs } = await signedIn(1, tokens("memory"));
    const [tab] = tabs;
    tab.freeze({ silent: true });
    const other = world.tab(tokens("memory"));
    await world.run(other.session.start());
    expect([shows(other), requests(world)]).toEqual(["signed-out", []]);
    expect(recordOf(world).live).toBe(true);
    tab.resume();
    await world.advance(SECOND);
    expect((await world.run(tab.session.fetch("/api/news"))).status).toBe(200);
  });

  test("sealed: a reload asks nobody, also after refreshes, and goes on refreshing", async () => {
    const { world, tabs } = await signedIn(1, tokens("sealed"));
    await work(world, tabs[0], 11 * MINUTE);
    const asked = requests(world).length;
    const held = await tokenOf(world, tabs[0]);
    const again = tabs[0].reload();
    await world.run(again.session.start());
    expect([await tokenOf(world, again), userOf(again)]).toEqual([held, "ada"]);
    expect(requests(world)).toHaveLength(asked);
    await work(world, again, HOUR);
    expect(world.server.metrics.reuses).toBe(0);
    expect(shows(again)).toBe("active");
  });

  test("sealed: the storage is opened at once, not when all that it takes to open tokens has been loaded", async () => {
    const { world, tabs } = await signedIn(1, tokens("sealed"));
    const again = tabs[0].reload();
    expect(world.disk.open(again.name)).toBe(0);
    const started = again.session.start();
    expect(world.disk.open(again.name)).toBe(1);
    await world.run(started);
    expect(shows(again)).toBe("active");
  });

  test("sealed: a tab that dies at any moment of a refresh leaves tokens that fit the record", async () => {
    for (let moment = 0; moment < 40; moment++) {
      const { world, tabs } = await signedIn(1, tokens("sealed"));
      void tabs[0].session.refresh().catch(() => {});
      for (let step = 0; step < moment; step++) await world.step();
      tabs[0].crash();
      await world.advance(20 * SECOND);
      const again = world.tab(tokens("sealed"));
      await world.run(again.session.start());
      expect((await world.run(again.session.fetch("/api/news"))).status).toBe(200);
      await world.run(again.session.refresh());
      expect(world.server.metrics.reuses).toBe(0);
      expect(shows(again)).toBe("active");
    }
  });

  test("sealed: a crash in the middle of a sign-out leaves nothing that opens", async () => {
    for (let moment = 0; moment < 12; moment++) {
      const { world, tabs } = await signedIn(1, tokens("sealed"));
      void tabs[0].session.logout();
      for (let step = 0; step < moment; step++) await world.step();
      const over = recordOf(world).live === false;
      expect(world.disk.read("sojourn.default", "key") === undefined).toBe(over);
      tabs[0].crash();
    }
  });

  test.each([
    ["garbled tokens", "tokens", { epoch: 0, sequence: 0, sealed: "noise" }],
    ["tokens of another kind", "tokens", 17],
    ["another key", "key", { epoch: 0, key: { fake: "another" } }],
    ["no key", "key", undefined],
  ])("sealed: %s on disk are discarded, and nobody is signed in by them", async (_, value, forged) => {
    const { world, tabs } = await signedIn(1, tokens("sealed"));
    const { epoch } = recordOf(world);
    tabs[0].crash();
    const put = typeof forged === "object" ? { ...forged, epoch } : forged;
    world.disk.write(`sojourn.default ${value}`, put);
    const again = world.tab(tokens("sealed"));
    await world.run(again.session.start());
    expect(shows(again)).toBe("signed-out");
    await world.run(again.session.start(world.server.issueTokens("ada")));
    expect(await tokenOf(world, again)).toMatch(/^at-/);
  });

  test("sealed: tokens of another session that came to the same numbers are not taken", async () => {
    const { world, tabs } = await signedIn(1, tokens("sealed"));
    tabs[0].crash();
    world.disk.write("sojourn.default", { ...recordOf(world), prefix: "another" });
    const again = world.tab(tokens("sealed"));
    await world.run(again.session.start());
    expect([shows(again), requests(world)]).toEqual(["signed-out", []]);
  });

  test("sealed: tokens under the number of another sequence are not taken", async () => {
    const { world, tabs } = await signedIn(1, tokens("sealed"));
    const old = world.disk.read("sojourn.default", "tokens") as object;
    await world.run(tabs[0].session.refresh());
    tabs[0].crash();
    world.disk.write("sojourn.default tokens", { ...old, sequence: 1 });
    const again = world.tab(tokens("sealed"));
    await world.run(again.session.start());
    expect(shows(again)).toBe("signed-out");
    expect(requests(world)).toEqual(["/token"]);
  });
});

describe("who speaks on the channel without being one of the tabs", () => {
  type Message = { readonly type?: string };
  const epochOf = (world: World) => recordOf(world).epoch as number;

  test("gets nothing by listening, not even everything that was ever said", async () => {
    const { world, tabs } = await signedIn(3, tokens("memory"));
    await work(world, tabs[0], 20 * MINUTE);
    expect(world.channel.log.some(({ data }) => (data as Message).type === "handed")).toBe(true);
    expect(JSON.stringify(world.channel.log)).not.toMatch(/[ar]t-/);
  });

  test("cannot pass tokens of its own off as the session's", async () => {
    const { world, tabs } = await signedIn(1, tokens("memory"));
    // A stranger answers what a new tab asks, correctly sealed, before the session's own tab can.
    const stranger = world.tab(tokens("memory", { name: "stranger" }));
    const cipher = await stranger.platform.cipher();
    const channel = stranger.platform.channel("sojourn.default", async (data) => {
      const wanted = data as { type: string; sender: string; key: unknown; epoch: number; sequence: number };
      if (wanted.type !== "wanted" || !cipher) return;
      const { told, agree } = await cipher.pair();
      const { epoch, sequence, sender: to } = wanted;
      const about = `sojourn ${epoch} ${sequence} stranger ${to}`;
      const text = JSON.stringify({ secret: "forged", credential: { accessToken: "evil" } });
      const sealed = await cipher.seal(await agree(wanted.key, about), text, about);
      channel.post({ v: 1, type: "handed", epoch, sequence, sender: "stranger", to, key: told, sealed });
    });
    tabs[0].freeze({ silent: true });
    const other = world.tab(tokens("memory"));
    await world.run(other.session.start());
    expect(shows(other)).toBe("signed-out");
    expect(await tokenOf(world, other)).toBe("ERR_SIGNED_OUT");
    tabs[0].resume();
    await world.run(other.session.start());
    expect(await tokenOf(world, other)).toMatch(/^at-/);
  });

  test("cannot replay a hand-over: a tab keeps what is newer", async () => {
    const { world, tabs } = await signedIn(2, tokens("memory"));
    await work(world, tabs[0], 10 * MINUTE);
    const said = world.channel.log.map(({ data }) => data);
    const held = await tokenOf(world, tabs[1]);
    for (const data of said) world.channel.post("sojourn.default", data);
    await world.advance(SECOND);
    for (const tab of tabs) expect(await tokenOf(world, tab)).toBe(held);
    expect(showing(tabs)).toEqual(["active"]);
    expect(world.server.metrics.reuses).toBe(0);
  });

  test("does not keep the tabs from handing over by forged renewals", async () => {
    const { world, tabs } = await signedIn(2, tokens("memory"));
    const forged = { v: 1, type: "handed", epoch: epochOf(world), sender: "x", to: "", sealed: {} };
    world.channel.post("sojourn.default", { ...forged, sequence: 999 });
    world.channel.post("sojourn.default", { ...forged, sequence: 1 });
    const said = world.channel.log.length;
    for (let round = 0; round < 3; round++) {
      await work(world, tabs[0], 6 * MINUTE);
      expect(await tokenOf(world, tabs[1])).toBe(await tokenOf(world, tabs[0]));
    }
    expect(world.server.metrics.reuses).toBe(0);
    // One question of each tab made up for it: the renewals after that are opened again.
    const asked = world.channel.log.slice(said).filter(({ data }) => (data as Message).type === "wanted");
    expect(asked.length).toBeLessThanOrEqual(2);
  });

  /** Asks as a new tab does, and opens what it is handed: the key of the group, and the tokens. */
  async function askAsNewcomer(world: World, stranger: Tab): Promise<{ secret: string }> {
    const cipher = (await stranger.platform.cipher()) as CipherPort;
    const { told, agree } = await world.run(cipher.pair());
    const { epoch, sequence } = recordOf(world);
    const handed = new Promise<string | undefined>((resolve) => {
      const channel = stranger.platform.channel("sojourn.default", async (data) => {
        const it = data as Handed;
        if (it.type !== "handed" || it.to !== "newcomer") return;
        channel.close();
        resolve(await cipher.open(await agree(it.key, about(it)), it.sealed, about(it)));
      });
      channel.post({ v: 1, type: "wanted", epoch, sequence, sender: "newcomer", key: told });
    });
    return JSON.parse((await world.run(handed)) ?? "{}");
  }

  test.each([
    ["in the place of the one before", false],
    ["after its end", true],
  ])(
    "S5 S11 memory: who has recorded everything and holds the key of a session opens nothing of the next: it begins %s",
    async (_, ended) => {
      const { world, tabs } = await signedIn(3, tokens("memory"));
      const stranger = world.tab(tokens("memory", { name: "stranger" }));
      const cipher = (await stranger.platform.cipher()) as CipherPort;
      const { secret } = await askAsNewcomer(world, stranger);
      const former = await world.run(cipher.key(secret));
      /** What was said since then and opens with it. */
      const opens = async (from: number) => {
        const said = world.channel.log.slice(from).map(({ data }) => data as Handed);
        const sealed = said.filter(({ type }) => type === "handed");
        const texts = Promise.all(sealed.map((it) => cipher.open(former, it.sealed, about(it))));
        return { sealed: sealed.length, opened: (await world.run(texts)).filter(Boolean) };
      };
      const first = world.channel.log.length;
      await world.run(tabs[0].session.refresh());
      await world.advance(SECOND);
      expect((await opens(first)).opened, "the control").toEqual([expect.stringMatching(/"rt-/)]);

      const { prefix } = recordOf(world);
      const before = world.channel.log.length;
      if (ended) await world.run(tabs[0].session.logout());
      await world.run(tabs[0].session.start(world.server.issueTokens("ada")));
      await world.advance(SECOND);
      await world.run(tabs[1].session.start());
      await world.run(tabs[1].session.refresh());
      await world.advance(SECOND);
      expect(recordOf(world).prefix).not.toBe(prefix);
      const { sealed, opened } = await opens(before);
      expect(sealed, "there was something to open").toBeGreaterThan(1);
      expect(opened).toEqual([]);
    },
  );

  test("S5 S11 sealed: the key and the ciphertext of a session open nothing of the next, and bring nothing back", async () => {
    const { world, tabs } = await signedIn(1, tokens("sealed"));
    const cipher = (await tabs[0].platform.cipher()) as CipherPort;
    const stored = () => ({
      key: world.disk.read("sojourn.default", "key") as { key: unknown },
      tokens: world.disk.read("sojourn.default", "tokens") as { sealed: unknown },
    });
    const before = stored();
    const open = ({ tokens: { sealed } }: typeof before) =>
      world.run(cipher.open(before.key.key, sealed, "sojourn tokens 0"));
    expect(await open(before), "the control").toMatch(/"rt-/);
    for (const ended of [false, true]) {
      if (ended) await world.run(tabs[0].session.logout());
      await world.run(tabs[0].session.start(world.server.issueTokens("ada")));
      expect(stored().key.key).not.toEqual(before.key.key);
      expect(await open(stored())).toBeUndefined();
    }
    // Both are put back, as they were.
    world.disk.write("sojourn.default key", before.key);
    world.disk.write("sojourn.default tokens", before.tokens);
    const again = tabs[0].reload();
    await world.run(again.session.start());
    expect([shows(again), await tokenOf(world, again)]).toEqual(["signed-out", "ERR_SIGNED_OUT"]);
  });

  test.each([
    ["nothing", undefined],
    ["no version", { type: "wanted", epoch: 1, sequence: 0, sender: "x", key: "k" }],
    ["a newer version", { v: 2, type: "wanted", epoch: 1, sequence: 0, sender: "x", key: "k" }],
    ["no key", { v: 1, type: "wanted", epoch: 1, sequence: 0, sender: "x" }],
    ["a key that is none", { v: 1, type: "wanted", epoch: 1, sequence: 0, sender: "x", key: { no: "key" } }],
    ["an answer nobody asked for", { v: 1, type: "handed", epoch: 1, sequence: 0, sender: "x", to: "y" }],
    ["numbers that are none", { v: 1, type: "handed", epoch: "1", sequence: 0, sender: "x", to: "" }],
  ])("is not heard: %s", async (_, data) => {
    const { world, tabs } = await signedIn(2, tokens("memory"));
    const events = tabs.map(eventsOf);
    const epoch = typeof data?.epoch === "number" ? epochOf(world) : data?.epoch;
    world.channel.post("sojourn.default", data && { ...data, epoch });
    await world.advance(SECOND);
    expect([showing(tabs), events]).toEqual([["active"], [[], []]]);
    expect(JSON.stringify(world.channel.log)).not.toMatch(/[ar]t-/);
  });
});

describe("where nothing can be sealed", () => {
  const insecure = (mode: "memory" | "sealed") =>
    tokens(mode, {
      browser: (usual) => ({ ...usual, cipher: async () => undefined, hash: async () => undefined }),
    });

  test.each(modes)("%s: each tab keeps its tokens to itself, and says so", async (mode) => {
    const world = createWorld();
    const tab = world.tab(insecure(mode));
    const degraded: string[] = [];
    tab.session.on("degraded", ({ part }) => degraded.push(part));
    await world.run(tab.session.start(world.server.issueTokens("ada")));
    expect([shows(tab), degraded]).toEqual(["active", ["crypto"]]);
    await work(world, tab, 10 * MINUTE);
    const other = world.tab(insecure(mode));
    await world.run(other.session.start());
    expect(shows(other)).toBe("signed-out");
    expect(inTheClear(world)).not.toMatch(/[ar]t-/);
    expect(world.disk.read("sojourn.default", "tokens")).toBeUndefined();
  });

  test("I-quiet another session came to the same numbers in storage that was cleared: a tab that shows the first ends, and leaves the other alone", async () => {
    const world = createWorld();
    const [tab, other] = [world.tab(insecure("memory")), world.tab(insecure("memory"))];
    await world.run(tab.session.start(world.server.issueTokens("ada")));
    world.disk.clear();
    await world.run(other.session.start(world.server.issueTokens("ada")));
    await world.advance(SECOND);
    expect([shows(tab), shows(other)]).toEqual(["ended replaced", "active"]);
    expect(recordOf(world)).toMatchObject({ live: true, epoch: tab.session.inspect().epoch });
    // Nor does it come back when the other one is not on record any more.
    const record = recordOf(world);
    world.disk.clear();
    tab.focus();
    await world.advance(SECOND);
    expect(shows(tab)).toBe("ended replaced");
    world.disk.write("sojourn.default", record);
    await work(world, other, 10 * MINUTE);
    expect([shows(tab), shows(other)]).toEqual(["ended replaced", "active"]);
    await world.run(tab.session.start(world.server.issueTokens("ada")));
    expect(shows(tab)).toBe("active");
  });

  test("I-mix activity is written to a session that came to the same numbers: the tab that shows another does not go over to it", async () => {
    const world = createWorld();
    const [tab, other] = [world.tab(insecure("memory")), world.tab(insecure("memory"))];
    await world.run(tab.session.start(world.server.issueTokens("ada")));
    world.disk.clear();
    world.channel.trouble = () => "lose";
    await world.run(other.session.start(world.server.issueTokens("ben")));
    tab.activity();
    await world.advance(SECOND);
    expect([shows(tab), shows(other)]).toEqual(["ended replaced", "active"]);
  });

  test("I-mix a sign-in that comes too late, for another user has signed in since: nobody is shown under the wrong name", async () => {
    const { world, tabs } = await signedIn(1, insecure("memory"));
    const [tab] = tabs;
    const names: unknown[] = [];
    const late = tab.session.start(world.server.issueTokens("ben"));
    tab.freeze({ silent: true });
    tab.session.subscribe((state) => names.push("user" in state && state.user?.id));
    await world.advance(SECOND);
    const other = world.tab(insecure("memory"));
    await world.run(other.session.start(world.server.issueTokens("cleo")));
    await world.advance(SECOND);
    tab.resume();
    await world.run(late);
    await world.advance(SECOND);
    expect(names).not.toContain("ben");
    expect([shows(tab), shows(other), userOf(other)]).toEqual(["ended replaced", "active", "cleo"]);
  });

  test("a record of a later session, whose tokens nobody has: what is shown here has been replaced", async () => {
    const { world, tabs } = await signedIn(1, tokens("memory"));
    world.disk.write("sojourn.default", { ...recordOf(world), epoch: recordOf(world).epoch + 1000 });
    tabs[0].focus();
    await world.advance(SECOND);
    expect(shows(tabs[0])).toBe("ended replaced");
  });

  test.each(modes)(
    'I-once %s, storage: "memory": what was said before a claim does not undo it',
    async (mode) => {
      const { world, tabs } = await signedIn(3, tokens(mode, { storage: "memory" }));
      // One that stands still is asked what it knows, and says so when it runs again: it has not heard of the claim.
      tabs[2].freeze({ silent: true });
      const refreshed = tabs[0].session.refresh();
      const said = () => (world.channel.log.at(-1)?.data as { type?: string } | undefined)?.type;
      while (said() !== "ask") await world.step();
      tabs[0].freeze({ silent: true });
      await world.advance(10 * SECOND);
      world.network.next("/token", { delay: 5 * SECOND });
      tabs[0].resume();
      tabs[2].resume();
      await world.run(refreshed);
      await world.run(tabs[0].session.refresh());
      expect(world.server.metrics).toMatchObject({ refreshes: 2, reuses: 0 });
      await world.advance(SECOND);
      expect(showing(tabs)).toEqual(["active"]);
    },
  );

  test("sealed, and the disk is not to be used: in memory, handed over", async () => {
    const { world, tabs } = await signedIn(2, tokens("sealed", { storage: "memory" }));
    expect(showing(tabs)).toEqual(["active"]);
    expect(await tokenOf(world, tabs[1])).toBe(await tokenOf(world, tabs[0]));
    expect(world.disk.read("sojourn.default", "tokens")).toBeUndefined();
  });
});

test.each(["error", "hang"] as const)(
  "F32 S11 sealed, and the disk fails (%s): the tokens stay in the one page, with one event, and in the clear nowhere",
  async (trouble) => {
    const world = createWorld();
    world.disk.trouble = () => trouble;
    const [tab, other] = [world.tab(tokens("sealed")), world.tab(tokens("sealed"))];
    const degraded: string[] = [];
    tab.session.on("degraded", ({ part }) => degraded.push(part));
    await world.run(tab.session.start(world.server.issueTokens("ada")));
    await world.run(tab.session.refresh());
    expect(await tokenOf(world, tab)).toMatch(/^at-/);
    await world.run(other.session.start());
    expect([shows(tab), shows(other), degraded]).toEqual(["active", "signed-out", ["storage"]]);
    expect(inTheClear(world)).not.toMatch(/[ar]t-|"ada"/);
    await world.run(tab.session.logout());
    expect(world.server.sessions[0].over).toBe("ended");
  },
);

test.each(["error", "hang"] as const)(
  "F32 memory, and the disk fails (%s): all tabs have the tokens, with one event each, and refresh once",
  async (trouble) => {
    const world = createWorld();
    world.disk.trouble = () => trouble;
    const tabs = [1, 2, 3].map(() => world.tab(tokens("memory")));
    const degraded: string[] = [];
    for (const { session } of tabs) session.on("degraded", ({ part }) => degraded.push(part));
    await world.run(tabs[0].session.start(world.server.issueTokens("ada")));
    await world.run(Promise.all(tabs.map(({ session }) => session.start())));
    expect(requests(world)).toEqual([]);
    await world.run(tabs[1].session.refresh());
    await world.advance(SECOND);
    const own = await world.run(Promise.all(tabs.map(({ session }) => session.getAccessToken())));
    expect(new Set(own).size).toBe(1);
    expect([showing(tabs), degraded]).toEqual([["active"], ["storage", "storage", "storage"]]);
    expect(requests(world)).toEqual(["/token"]);
    expect(inTheClear(world)).not.toMatch(/[ar]t-|"ada"/);
  },
);

test("I-quiet memory: the tokens have gone with the tab that renewed them: the others look for them now and then, and end when they have expired", async () => {
  const { world, tabs } = await signedIn(2, tokens("memory", { requestTimeout: "2s" }));
  // Gone in the moment in which it has written that down, before it could hand them over.
  tabs[0].session.on("refreshed", ({ origin }) => origin === "this-tab" && tabs[0].session.destroy());
  await world.run(outcome(tabs[0].session.refresh()));
  await world.run(outcome(tabs[1].session.refresh()));
  expect(await tokenOf(world, tabs[1])).toBe("ERR_NO_CREDENTIAL");
  const said = world.channel.log.length;
  await world.advance(4 * MINUTE);
  expect(shows(tabs[1])).toBe("active");
  expect(world.channel.log.length - said).toBeLessThan(10);
  await world.advance(2 * MINUTE);
  expect(shows(tabs[1])).toBe("ended rejected");
});

test("I-quiet memory: without Web Locks, who finds no token to refresh with holds up nobody: the others do not look again and again", async () => {
  const { world, tabs } = await signedIn(3, tokens("memory", noLocks));
  tabs[0].session.on("refreshed", ({ origin }) => origin === "this-tab" && tabs[0].session.destroy());
  await world.run(outcome(tabs[0].session.refresh()));
  await world.run(outcome(tabs[1].session.refresh()));
  expect(await tokenOf(world, tabs[1])).toBe("ERR_NO_CREDENTIAL");
  expect(recordOf(world).intent).toBeNull();
  const asked = world.now;
  expect(await tokenOf(world, tabs[2])).toBe("ERR_NO_CREDENTIAL");
  expect(world.now - asked).toBeLessThan(SECOND);
});

test("I-once memory: a page that stood still with the reply keeps what that brought, where whoever took over had no luck", async () => {
  const { world, tabs } = await signedIn(2, tokens("memory", noLocks));
  const [frozen, other] = tabs;
  await takenOverInVain(world, [frozen, other], "/token");
  expect(recordOf(world)).toMatchObject({ sequence: 1, failures: 0 });
  await world.advance(SECOND);
  expect(await tokenOf(world, other)).toBe(await tokenOf(world, frozen));
});

const moments = Array.from({ length: 24 }, (_, events) => events);

test("I-dead memory: who signs out is gone before that is on record: whoever heard of it writes it down, though its tokens are gone", async () => {
  const { world, tabs } = await signedIn(3, tokens("memory"));
  void tabs[0].session.logout();
  while (shows(tabs[1]) === "active") await world.step();
  tabs[0].crash();
  expect(recordOf(world).live).toBe(true);
  await world.advance(2 * SECOND);
  expect(recordOf(world)).toMatchObject({ live: false, end: { reason: "logout" } });
});

test.each(moments)(
  "I-mix memory: a token is asked for %d events after another sign-in began: what others hand over for the session before is not taken for the new one's",
  async (events) => {
    const { world, tabs } = await signedIn(2, tokens("memory"));
    const again = tabs[1].session.start(world.server.issueTokens("ada"));
    for (let i = 0; i < events; i++) await world.step();
    void outcome(tabs[1].session.getAccessToken());
    await world.run(again);
    await world.advance(SECOND);
    expect(showing(tabs)).toEqual(["active"]);
    expect(await tokenOf(world, tabs[1])).toMatch(/^at-/);
    expect(await tokenOf(world, tabs[0])).toBe(await tokenOf(world, tabs[1]));
  },
);

test.each(moments)(
  "F27 I-dead memory: a page stands still %d events after it was opened: it comes back and does not show what has ended meanwhile",
  async (events) => {
    const options = tokens("memory");
    const { world, tabs } = await signedIn(2, options);
    const late = world.tab(options);
    const started = late.session.start();
    for (let i = 0; i < events; i++) await world.step();
    late.freeze();
    const seen: string[] = [];
    late.session.on("change", ({ status }) => seen.push(status));
    await world.run(tabs[0].session.logout());
    await world.advance(SECOND);
    late.resume();
    await world.run(started);
    await world.advance(SECOND);
    expect(seen).not.toContain("active");
    expect(shows(late)).not.toBe("active");
  },
);

test.each(modes)(
  "I-mix %s: the storage is cleared, and another user's session comes to the same numbers: nobody shows one user with the tokens of the other",
  async (mode) => {
    const options = tokens(mode);
    const { world, tabs } = await signedIn(3, options);
    const [tab, other] = tabs;
    await world.run(other.session.start(world.server.issueTokens("bob")));
    await world.advance(100);
    expect([shows(tab), userOf(other)]).toEqual(["ended replaced", "bob"]);
    const { epoch } = other.session.inspect();
    world.disk.clear();
    // This one has never heard more of Bob's session than that it was none of its own.
    await world.run(tab.session.start(world.server.issueTokens("ada")));
    await world.advance(SECOND);
    expect(tab.session.inspect().epoch).toBe(epoch);
    expect(tabs.map((it) => [shows(it), userOf(it)])).toEqual([
      ["active", "ada"],
      ["ended replaced", undefined],
      ["active", "ada"],
    ]);
    expect(await tokenOf(world, tabs[2])).toBe(await tokenOf(world, tab));
  },
);

test.each([160, 200, 240, 280])(
  "I-single I-once memory: a page is suspended while it waits for the lock, %d ms after another began to look for the tokens: it robs nobody, and no token is lost",
  async (ms) => {
    const options = tokens("memory");
    const { world, tabs } = await signedIn(1, options);
    const [tab] = tabs;
    // It does not hear of the other, which finds no tokens, takes the lock and is about to ask the server.
    tab.freeze();
    const other = world.tab(options);
    const restored = other.session.start();
    await world.advance(ms);
    tab.resume();
    const renewed = outcome(tab.session.refresh());
    await world.advance(5);
    tab.freeze();
    await world.advance(5);
    tab.resume();
    await world.run(renewed);
    await world.run(restored);
    expect(world.locks.thefts).toEqual([]);
    await work(world, tab, 10 * MINUTE);
    expect(showing([tab, other])).toEqual(["active"]);
    expect(await tokenOf(world, other)).toBe(await tokenOf(world, tab));
    expect(world.server.metrics.reuses).toBe(0);
  },
);

test.each([0, 5, 50, 140, 160, 200, 290])(
  "I-mix I-once memory: the user signs in again %d ms after another tab began to look for the tokens of the session before: that tab does not spend the new ones",
  async (ms) => {
    const options = tokens("memory");
    const { world, tabs } = await signedIn(1, options);
    const [tab] = tabs;
    // Its question is not heard.
    let deaf = true;
    world.channel.trouble = (_, to) => (deaf && to === tab.name ? "lose" : undefined);
    const other = world.tab(options);
    const restored = other.session.start();
    await world.advance(ms);
    deaf = false;
    await world.run(tab.session.start(world.server.issueTokens("ada")));
    await world.run(restored);
    await world.advance(MINUTE);
    expect(showing([tab, other])).toEqual(["active"]);
    expect(await tokenOf(world, other)).toBe(await tokenOf(world, tab));
    await work(world, tab, 10 * MINUTE);
    expect(showing([tab, other])).toEqual(["active"]);
    expect(world.server.metrics.reuses).toBe(0);
  },
);

test.each(modes)(
  "I-idle %s: at its limit a tab finds a sign-in on record of which it has not heard: it waits for the tokens of that, and goes on",
  async (mode) => {
    const { world, tabs } = await signedIn(2, tokens(mode, { idle: { timeout: "10m" } }));
    const [tab, other] = tabs;
    world.channel.trouble = ({ data }) =>
      (data as { type: string }).type === "changed" ? "lose" : undefined;
    await world.advance(4 * MINUTE);
    await world.run(tab.session.start(world.server.issueTokens("ada")));
    await world.advance(7 * MINUTE);
    expect(showing(tabs)).not.toContain("ended idle");
    expect(await tokenOf(world, other)).toBe(await tokenOf(world, tab));
  },
);
