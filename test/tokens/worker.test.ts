import { afterEach, describe, expect, test, vi } from "vitest";
import type { SharedRecord } from "../../src/core/record.js";
import { clock } from "../../src/platform/clock.js";
import type { CipherPort } from "../../src/platform/platform.js";
import { openVault } from "../../src/secrets/in-worker.js";
import type { Deposit, Vault, VaultContext } from "../../src/secrets/vault.js";
import { oauth2 } from "../../src/server/presets/index.js";
import type { Transport } from "../../src/server/transport.js";
import { browser } from "../../src/worker/platform.js";
import { serveTab } from "../../src/worker/serve.js";
import { openStore, type Store } from "../../src/worker/store.js";
import { type Answer, failure, MOMENT, type Seen, serve } from "../presets/support.js";
import { about, type Handed } from "./handed.js";

const open = new Set<MessagePort>();
afterEach(() => {
  for (const port of open) port.close();
  open.clear();
});

const at = (epoch: number, sequence = 0) => ({ epoch, sequence, prefix: "p" }) as SharedRecord;
const code = { code: "c", codeVerifier: "v", redirectUri: "https://app.example/" };

/** A server with a token endpoint, a worker that keeps its tokens, and as many pages as are asked for. */
async function setUp(
  api: (path: string, authorization: string | undefined) => Answer | undefined = () => ({ body: {} }),
) {
  let serial = 0;
  /** What becomes of the next token request: it fails, or its reply waits until it is let go. */
  const next = { fails: false, waits: false, go: () => {} };
  const server = await serve(({ path, headers, body }, response) => {
    if (path === "/token" && next.fails) {
      next.fails = false;
      return { status: 503, body: {} };
    }
    if (path === "/token") {
      const tokens = {
        ...{
          access_token: `at-${++serial}`,
          refresh_token: `rt-${serial}`,
          token_type: "Bearer",
          expires_in: 300,
        },
        ...(body.includes("authorization_code") && { user: { id: "ada" } }),
      };
      if (!next.waits) return { body: tokens };
      next.waits = false;
      next.go = () =>
        response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(tokens));
      return undefined;
    }
    if (path === "/revoke") return { status: 200, body: {} };
    if (path === "/stream") {
      response.writeHead(200, { "content-type": "text/plain" });
      response.write("one ");
      setImmediate(() => response.write("two "));
      return undefined;
    }
    if (path === "/cut") {
      response.destroy();
      return undefined;
    }
    if (path === "/echo") return { body: { echo: body, type: headers["content-type"] } };
    return api(path, headers.authorization);
  });
  const convention = oauth2({
    ...{ tokenUrl: `${server.url}/token`, revocationUrl: `${server.url}/revoke`, clientId: "app" },
  });
  const store = openStore("test", true, browser());
  const settings = { requestTimeout: 5000, schema: undefined };
  /** Everything that ever came out of the worker. */
  const heard: unknown[] = [];

  /** How far the worker's clock has gone on while nobody looked. */
  const later = { ms: 0 };
  const real = clock();
  const mono = () => real.mono() + later.ms;

  function page(position: () => SharedRecord | undefined = () => undefined, bound = false) {
    const { port1, port2 } = new MessageChannel();
    open.add(port1).add(port2);
    const own = { ...real, mono };
    const platform = { clock: own, base: () => server.url, fetch: (request: Request) => fetch(request) };
    serveTab(port2 as never, {
      ...{ server: convention as never, origins: [server.url], settings, platform, store },
    });
    port1.addEventListener("message", ({ data }) => heard.push(data));
    const cx = { platform, settings, bound, moment: () => MOMENT, position, worker: () => ({ port: port1 }) };
    const vault = openVault(cx as unknown as VaultContext) as Required<Vault>;
    return { vault, port: port1 };
  }
  return { ...server, store, page, heard, settings, later, next };
}

/** Signs in through the worker: the record says (epoch, 0). */
async function signIn(vault: Required<Vault>, epoch = 7) {
  const told = await vault.ask("exchange", { input: code });
  const deposit = await vault.prepare(told?.grant ?? {});
  vault.keep(deposit, at(epoch));
  return told;
}

const send = (transport: Transport, url: string, init?: RequestInit, streamed = false) =>
  transport(new Request(url, init), at(7), streamed);

describe("a page whose tokens are in a worker", () => {
  test("signs in, is answered, and never hears a token", async () => {
    const { page, url, heard, seen } = await setUp((_, authorization) => ({
      body: { authorization: !!authorization },
    }));
    const { vault } = page(() => at(7));
    const told = await signIn(vault);
    expect(told).toMatchObject({ access: 300_000, grant: { user: { id: "ada" } } });
    expect([vault.usable(at(7)), vault.has(at(7)), vault.has(at(7, 1)), vault.usable(at(8))]).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(vault.read(at(7))).toMatchObject({
      accessToken: undefined,
      refreshToken: undefined,
      user: { id: "ada" },
    });
    expect(await (await send(vault.transport, `${url}/api`)).json()).toEqual({ authorization: true });
    expect(seen.at(-1)?.headers.authorization).toBe("Bearer at-1");
    const renewed = await vault.ask("refresh", { idempotencyKey: "k" });
    expect(new URLSearchParams(seen.at(-1)?.body).get("refresh_token")).toBe("rt-1");
    vault.keep(await vault.prepare(renewed?.grant ?? {}, at(7)), at(7, 1));
    expect(vault.has(at(7, 1))).toBe(true);
    expect(JSON.stringify(heard)).not.toMatch(/[ar]t-\d/);
    expect(heard.length).toBeGreaterThan(4);
  });

  test("shares one vault with the other tabs: what one has put there another finds", async () => {
    const { page, url, seen } = await setUp();
    const [one, other] = [page(), page()];
    expect(await other.vault.find(at(7))).toBe(false);
    await signIn(one.vault);
    expect(await other.vault.find(at(7))).toBe(true);
    expect(other.vault.read(at(7)).user).toEqual({ id: "ada" });
    await send(other.vault.transport, `${url}/api`);
    expect(seen.at(-1)?.headers.authorization).toBe("Bearer at-1");
    expect(await other.vault.find(at(8))).toBe(false);
  });

  test("I-dead the end takes the tokens, for all pages; they go to the server once, to be revoked", async () => {
    const { page, url, seen } = await setUp();
    const [one, other] = [page(() => at(7)), page(() => at(7))];
    await signIn(one.vault);
    await other.vault.find(at(7));
    const spent = one.vault.take(7, true);
    expect(spent).toMatchObject({ accessToken: undefined, refreshToken: undefined });
    await one.vault.ask("end", { credential: spent });
    expect(new URLSearchParams(seen.at(-1)?.body).get("token")).toBe("rt-1");
    const revoked = seen.length;
    await one.vault.ask("end", { credential: spent });
    expect(seen.length).toBe(revoked);
    await send(other.vault.transport, `${url}/api`);
    expect(seen.at(-1)?.headers.authorization).toBeUndefined();
    expect(await other.vault.find(at(7))).toBe(false);
  });

  test("I-once writes a sign-in twice, for the first time was given up: the tokens are where they were written last", async () => {
    const { page, url, seen } = await setUp();
    const { vault } = page(() => at(8));
    const told = await vault.ask("exchange", { input: code });
    const deposit = await vault.prepare(told?.grant ?? {});
    vault.keep(deposit, at(7));
    vault.keep(deposit, at(8));
    await vault.transport(new Request(`${url}/api`), at(8), false);
    expect(seen.at(-1)?.headers.authorization).toBe("Bearer at-1");
    vault.take(8, true);
    vault.keep(deposit, at(9));
    await vault.transport(new Request(`${url}/api`), at(9), false);
    expect(seen.at(-1)?.headers.authorization).toBeUndefined();
  });

  test.each([
    ["I-mix signs in", at(8)],
    ["I-mix signs in, and the session comes to the same numbers", { ...at(7), prefix: "q" }],
  ])("%s while it looks for tokens of the one before: it keeps the new ones", async (_, next) => {
    const { page } = await setUp();
    const { vault } = page();
    await signIn(vault);
    const told = await vault.ask("exchange", { input: code });
    const deposit = await vault.prepare(told?.grant ?? {});
    const late = vault.find(at(7));
    vault.keep(deposit, next);
    expect(await late).toBe(false);
    expect([vault.usable(next), vault.has(next), vault.usable(at(7))]).toEqual([true, true, false]);
  });

  test("signs in while another page does, and is heard of later: the worker keeps the tokens of who is on record", async () => {
    const { page } = await setUp();
    const [one, other] = [page(), page()];
    const [first, second] = [
      await one.vault.ask("exchange", { input: code }),
      await other.vault.ask("exchange", { input: code }),
    ];
    const deposits = [
      await one.vault.prepare(first?.grant ?? {}),
      await other.vault.prepare(second?.grant ?? {}),
    ];
    other.vault.keep(deposits[1] as Deposit, at(8));
    expect(await other.vault.find(at(8))).toBe(true);
    one.vault.keep(deposits[0] as Deposit, at(7));
    one.vault.take(7, true);
    await one.vault.find(at(7));
    expect(await other.vault.find(at(8))).toBe(true);
  });

  test("I-dead looks for tokens of a session that ends meanwhile: there are none", async () => {
    const { page } = await setUp();
    const { vault } = page();
    await signIn(vault);
    const late = vault.find(at(7));
    vault.take(7, true);
    expect(await late).toBe(false);
    expect(vault.usable(at(7))).toBe(false);
  });

  test("T9 that wants its tokens bound to a key is told when the worker would not bind them", async () => {
    const { page, seen } = await setUp();
    const { vault } = page(() => undefined, true);
    expect(await failure(vault.ask("exchange", { input: code }))).toMatchObject({
      ...{ code: "ERR_INVALID_OPTION", option: "proof" },
    });
    expect(seen).toEqual([]);
  });

  test("may not bring tokens of its own", async () => {
    const { page } = await setUp();
    const { vault } = page();
    for (const grant of [{ accessToken: "at-0" }, { refreshToken: "rt-0" }])
      expect(await failure(vault.prepare(grant))).toMatchObject({ code: "ERR_INVALID_OPTION" });
  });

  test("T11 cannot have the token sent to an origin that is not on the worker's list", async () => {
    const { page, url, seen } = await setUp();
    const { vault } = page();
    await signIn(vault);
    const before = seen.length;
    const { port } = new URL(url);
    for (const address of [
      `http://localhost:${port}/`,
      `https://127.0.0.1:${port}/`,
      "http://127.0.0.1:1/",
      "data:,x",
    ])
      expect(await failure(send(vault.transport, address))).toMatchObject({ code: "ERR_UNSUPPORTED" });
    expect(seen.length).toBe(before);
  });

  test("T11 a redirect is refused, and the token goes nowhere", async () => {
    const { page, url, seen } = await setUp((path) =>
      path === "/old" ? { status: 302, headers: { location: "/new" } } : { body: {} },
    );
    const { vault } = page();
    await signIn(vault);
    const asked = send(vault.transport, `${url}/old`);
    // Node shows the redirect itself where a browser shows an opaque one.
    expect((await asked.catch(() => ({ status: 302 }))).status).toBe(302);
    expect(seen.some(({ path }) => path === "/new")).toBe(false);
  });

  test.each([
    ["ask", { verb: "constructor" }],
    ["ask", { verb: "__proto__" }],
    ["ask", undefined],
    ["fetch", { request: { url: "nonsense" } }],
    ["fetch", null],
    ["read", at(7)],
    ["getAccessToken", undefined],
    ["__proto__", undefined],
    ["find", undefined],
    ["prepare", null],
  ])("gets nothing by a message of its own making: %s %j", async (method, argument) => {
    const { page, heard } = await setUp();
    const { vault, port } = page();
    await signIn(vault);
    port.postMessage({ id: 99, method, argument });
    await vi.waitFor(() => expect(heard.some((it) => (it as { id: number }).id === 99)).toBe(true));
    const answer = heard.find((it) => (it as { id: number }).id === 99) as {
      error?: unknown;
      value?: unknown;
    };
    expect(answer.error ?? answer.value).toBeDefined();
    expect(JSON.stringify(heard)).not.toMatch(/[ar]t-\d/);
    expect(await vault.find(at(7))).toBe(true);
  });

  test("a polluted prototype in a message changes nothing in the worker", async () => {
    const { page, url, seen } = await setUp();
    const { vault, port } = page();
    await signIn(vault);
    const evil = JSON.parse('{"__proto__":{"origins":["https://evil.example"],"polluted":true}}');
    port.postMessage({ id: 98, method: "ask", argument: { verb: "refresh", ...evil, input: evil } });
    await send(vault.transport, `${url}/api`);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    expect(seen.every(({ path }) => !path.includes("evil"))).toBe(true);
  });
});

describe("a page that goes while a refresh is on its way", () => {
  const KEY = { idempotencyKey: "p.7.0" };
  const sent = (seen: readonly Seen[]) =>
    seen.filter(({ body }) => body.includes("grant_type=refresh_token"));

  test("I-once leaves the reply to who asks next: the token does not go out a second time", async () => {
    const { page, url, seen, next } = await setUp();
    let sequence = 0;
    const [one, other] = [page(() => at(7)), page(() => at(7, sequence))];
    await signIn(one.vault);
    next.waits = true;
    const lost = failure(one.vault.ask("refresh", KEY));
    await vi.waitUntil(() => sent(seen).length === 1);
    one.vault.close();
    expect(await lost).toMatchObject({ code: "ERR_DESTROYED" });

    await other.vault.find(at(7));
    const asked = other.vault.ask("refresh", KEY);
    next.go();
    const told = await asked;
    other.vault.keep(await other.vault.prepare(told?.grant ?? {}, at(7)), at(7, 1));
    sequence = 1;
    await other.vault.transport(new Request(`${url}/api`), at(7, 1), false);
    expect(seen.at(-1)?.headers.authorization).toBe("Bearer at-2");
    expect(sent(seen)).toHaveLength(1);
    // The next one is another attempt.
    await other.vault.ask("refresh", { idempotencyKey: "p.7.1" });
    expect(sent(seen).map(({ body }) => new URLSearchParams(body).get("refresh_token"))).toEqual([
      "rt-1",
      "rt-2",
    ]);
  });

  test("S2 or gives up waiting for it: it has gone out all the same, and its times run from then", async () => {
    const { page, seen, later, next } = await setUp();
    const [one, other] = [page(() => at(7)), page(() => at(7))];
    await signIn(one.vault);
    const abort = new AbortController();
    next.waits = true;
    const lost = failure(one.vault.ask("refresh", { ...KEY, signal: abort.signal }));
    await vi.waitUntil(() => sent(seen).length === 1);
    abort.abort();
    expect(await lost).toMatchObject({ code: "ERR_UNAVAILABLE" });
    next.go();
    later.ms = 60_000;
    const { access } = (await other.vault.ask("refresh", KEY)) ?? {};
    expect(access).toBeGreaterThan(200_000);
    expect(access).toBeLessThanOrEqual(240_000);
    expect(sent(seen)).toHaveLength(1);
  });

  test("and is overtaken by a sign-in of another page: the new session keeps its tokens", async () => {
    const { page } = await setUp();
    const [one, other] = [page(() => at(7)), page()];
    await signIn(one.vault);
    const told = await one.vault.ask("refresh", KEY);
    const deposit = await one.vault.prepare(told?.grant ?? {}, at(7));
    await signIn(other.vault, 8);
    expect(await other.vault.find(at(8))).toBe(true);
    one.vault.keep(deposit, at(7, 1));
    await one.vault.find(at(7, 1));
    expect(await other.vault.find(at(8))).toBe(true);
  });

  test("I-once and another page lets go of a session before: the token does not go out a second time", async () => {
    const { page, seen, next } = await setUp();
    const [one, other, late] = [page(() => at(8)), page(() => at(8)), page(() => at(7))];
    await signIn(late.vault);
    await signIn(one.vault, 8);
    next.waits = true;
    const asked = one.vault.ask("refresh", KEY);
    await vi.waitUntil(() => sent(seen).length === 1);
    late.vault.take(7, true);
    await late.vault.find(at(7));
    const again = other.vault.ask("refresh", KEY);
    next.go();
    await Promise.all([asked, again]);
    expect(sent(seen)).toHaveLength(1);
  });

  test("is no reason not to try again what has failed", async () => {
    const { page, seen, next } = await setUp();
    const { vault } = page(() => at(7));
    await signIn(vault);
    next.fails = true;
    expect(await failure(vault.ask("refresh", KEY))).toMatchObject({ code: "ERR_UNAVAILABLE", status: 503 });
    expect(await vault.ask("refresh", KEY)).toMatchObject({ access: 300_000 });
    expect(sent(seen)).toHaveLength(2);
  });

  test("I-dead finds nothing of it after the end", async () => {
    const { page, seen } = await setUp();
    const { vault } = page(() => at(7));
    await signIn(vault);
    await vault.ask("refresh", KEY);
    vault.take(7, true);
    expect(await failure(vault.ask("refresh", KEY))).toMatchObject({ code: "ERR_NO_CREDENTIAL" });
    expect(sent(seen)).toHaveLength(1);
  });
});

describe("what passes through", () => {
  test("bodies of all kinds, to the server", async () => {
    const { page, url } = await setUp();
    const { vault } = page();
    await signIn(vault);
    const bodies: [BodyInit, string, string | undefined][] = [
      ["text", "text", "text/plain;charset=UTF-8"],
      [new URLSearchParams({ a: "1" }), "a=1", "application/x-www-form-urlencoded;charset=UTF-8"],
      [new Blob(["blob"], { type: "image/x" }), "blob", "image/x"],
      [new TextEncoder().encode("bytes"), "bytes", undefined],
    ];
    for (const [body, echo, type] of bodies) {
      const reply = await send(vault.transport, `${url}/echo`, { method: "POST", body });
      expect(await reply.json()).toEqual(type ? { echo, type } : expect.objectContaining({ echo }));
    }
  });

  test("a stream, to the server", async () => {
    const { page, url } = await setUp();
    const { vault } = page();
    await signIn(vault);
    const parts = ["one ", "two ", "three"].map((part) => new TextEncoder().encode(part));
    const body = new ReadableStream({
      pull(controller) {
        const part = parts.shift();
        if (part) controller.enqueue(part);
        else controller.close();
      },
    });
    const init = { method: "POST", body, duplex: "half" } as RequestInit;
    const reply = await send(vault.transport, `${url}/echo`, init, true);
    expect(await reply.json()).toMatchObject({ echo: "one two three" });
  });

  test("a reply, with all that it says of itself", async () => {
    const { page, url } = await setUp(() => ({ status: 418, headers: { "x-one": "1" }, body: { a: 1 } }));
    const { vault } = page();
    await signIn(vault);
    const reply = await send(vault.transport, `${url}/api?x=1`);
    expect(reply).toMatchObject({ status: 418, ok: false, url: `${url}/api?x=1`, redirected: false });
    expect(reply.headers.get("x-one")).toBe("1");
    expect(await reply.json()).toEqual({ a: 1 });
  });

  test("a reply without a body", async () => {
    const { page, url } = await setUp(() => ({ status: 204, body: "" }));
    const { vault } = page();
    await signIn(vault);
    const reply = await send(vault.transport, `${url}/api`);
    expect([reply.status, reply.body, await reply.text()]).toEqual([204, null, ""]);
  });

  test("a stream, piece by piece, and its abort", async () => {
    const { page, url } = await setUp();
    const { vault } = page();
    await signIn(vault);
    const abort = new AbortController();
    const reply = await send(vault.transport, `${url}/stream`, { signal: abort.signal });
    const reader = (reply.body as ReadableStream<Uint8Array>).getReader();
    const { value } = await reader.read();
    expect(new TextDecoder().decode(value)).toMatch(/^one/);
    abort.abort();
    await expect(
      (async () => {
        for (;;) if ((await reader.read()).done) return;
      })(),
    ).rejects.toThrow(expect.objectContaining({ name: "AbortError" }));
  });

  test("an abort before there is a reply, with the reason of who gave it", async () => {
    let never: (() => void) | undefined;
    const { page, url } = await setUp(() => {
      never?.();
      return undefined;
    });
    const { vault } = page();
    await signIn(vault);
    const abort = new AbortController();
    never = () => abort.abort(new Error("the user went away"));
    await expect(send(vault.transport, `${url}/api`, { signal: abort.signal })).rejects.toThrow(
      "the user went away",
    );
  });

  test("errors with their meaning", async () => {
    const { page, url } = await setUp();
    const { vault } = page(() => at(7));
    await signIn(vault);
    // The server hangs up: a TypeError, as of fetch.
    await expect(send(vault.transport, `${url}/cut`)).rejects.toThrow(TypeError);
    const refused = await failure(vault.ask("exchange", { input: {} }));
    expect(refused).toMatchObject({ code: "ERR_INVALID_OPTION", option: "exchange" });
    expect(refused.message).toContain("codeVerifier");
  });
});

describe("a session that follows another", () => {
  test("S5 S11 in a shared worker: who knows everything of the one before gets nothing of it", async () => {
    const { page, url, seen, heard } = await setUp();
    const { vault, port } = page(() => at(9));
    const old = { ...at(7), prefix: "p" };
    await signIn(vault);
    const [{ value: granted }] = heard as [{ value: { ticket: number } }];
    await vault.ask("exchange", { input: code }).then(async (told) => {
      const deposit = await vault.prepare(told?.grant ?? {});
      vault.keep(deposit, { ...at(9), prefix: deposit.prefix } as SharedRecord);
    });
    // The former place, and the name that the former tokens had on their way in.
    port.postMessage({ id: 0, method: "keep", argument: { ticket: granted.ticket, at: old } });
    await vault.transport(new Request(`${url}/api`), old, false);
    expect(seen.at(-1)?.headers.authorization).toBeUndefined();
    expect(await vault.find(old)).toBe(false);
  });

  test("S5 S11 in a worker of each tab: who has recorded everything and holds the key of the one before opens nothing of it", async () => {
    const platform = browser();
    const cipher = platform.cipher as CipherPort;
    const [a, b] = [openStore("next", false, platform), openStore("next", false, platform)] as const;
    const said: Handed[] = [];
    const ear = new BroadcastChannel("sojourn.next.tokens");
    ear.onmessage = ({ data }: MessageEvent) => said.push(data);
    const handedTo = (to: string, { epoch }: SharedRecord) =>
      vi.waitUntil(() => said.find((it) => it.type === "handed" && it.to === to && it.epoch === epoch));
    try {
      /** Signs in in one tab, hands over to the other, and refreshes. */
      const begin = async (epoch: number): Promise<SharedRecord> => {
        const put = (kind: string) => a.put({ accessToken: `at-${epoch}-${kind}`, refreshToken: undefined });
        const first = put("first");
        const { prefix } = await a.prepare(first, undefined, undefined);
        const place = { epoch, sequence: 0, prefix } as SharedRecord;
        a.keep(first, place);
        // A machine that is busy answers too late the first time.
        await vi.waitUntil(() => b.vault.find(place), { timeout: 5000 });
        const second = put("second");
        await a.prepare(second, undefined, place);
        a.keep(second, { ...place, sequence: 1 });
        a.vault.kept();
        await handedTo("", place);
        return place;
      };
      const first = await begin(7);
      const { told, agree } = await cipher.pair();
      const { epoch, sequence } = first;
      ear.postMessage({ v: 1, type: "wanted", epoch, sequence, sender: "thief", key: told });
      const handed = await handedTo("thief", first);
      const got = await cipher.open(await agree(handed.key, about(handed)), handed.sealed, about(handed));
      const former = await cipher.key(JSON.parse(got ?? "").secret);
      const opened = async () => {
        const texts = await Promise.all(said.map((it) => cipher.open(former, it.sealed, about(it))));
        return texts.filter(Boolean);
      };
      const control = await opened();
      expect(control, "the control").toEqual([expect.stringContaining("at-7-second")]);

      const next = await begin(8);
      expect(next.prefix).not.toBe(first.prefix);
      a.end(8);
      b.end(8);
      await begin(10);
      expect(said.filter(({ type, epoch }) => type === "handed" && epoch > 7).length).toBeGreaterThan(3);
      expect(await opened()).toEqual(control);
    } finally {
      ear.close();
      a.vault.close();
      b.vault.close();
    }
  });
});

test("a worker that cannot be started is said to be unavailable", async () => {
  const { port1, port2 } = new MessageChannel();
  open.add(port1);
  open.add(port2);
  const worker = { port: port1, onerror: undefined as (() => void) | undefined };
  const settings = { requestTimeout: 5000, schema: undefined };
  const cx = {
    platform: { clock: clock() },
    settings,
    moment: () => MOMENT,
    position: () => undefined,
    worker: () => worker,
  };
  const vault = openVault(cx as unknown as VaultContext) as Required<Vault>;
  const asked = failure(vault.ask("refresh"));
  worker.onerror?.();
  expect(await asked).toMatchObject({ code: "ERR_UNAVAILABLE" });
  // Once it has answered, an error in it is nothing to what it is asked besides.
  port2.onmessage = ({ data }) => port2.postMessage({ id: data.id, value: null });
  expect(await vault.ask("refresh")).toBeNull();
  const next = vault.ask("refresh");
  worker.onerror?.();
  expect(await next).toBeNull();
});

test("I-live what a page waits for is settled when it lets go of its worker, and nothing is asked after that", async () => {
  const { port1 } = new MessageChannel();
  open.add(port1);
  const cx = {
    ...{
      platform: { clock: clock() },
      settings: { requestTimeout: 5000, schema: undefined },
      moment: () => MOMENT,
    },
    ...{ position: () => undefined, worker: () => ({ port: port1 }) },
  };
  const vault = openVault(cx as unknown as VaultContext) as Required<Vault>;
  const waiting = [vault.find(at(7)), failure(vault.prepare({})), failure(vault.ask("refresh"))] as const;
  vault.close();
  const [found, prepared, asked] = await Promise.all(waiting);
  expect(found).toBe(false);
  for (const error of [prepared, asked, await failure(vault.prepare({}))])
    expect(error).toMatchObject({ code: "ERR_DESTROYED" });
});

test("a worker that says nothing has no tokens: a page does not look for them for ever", async () => {
  const { port1 } = new MessageChannel();
  open.add(port1);
  const cx = {
    ...{ platform: { clock: clock() }, settings: { requestTimeout: 20, schema: undefined } },
    ...{ position: () => undefined, worker: () => ({ port: port1 }) },
  };
  const vault = openVault(cx as unknown as VaultContext) as Required<Vault>;
  expect(await vault.find(at(7))).toBe(false);
});

test("a worker that does not answer is not waited for any longer than the server", async () => {
  const { port1 } = new MessageChannel();
  open.add(port1);
  const settings = { requestTimeout: 20, schema: undefined };
  const cx = {
    platform: { clock: clock() },
    settings,
    moment: () => MOMENT,
    position: () => undefined,
    worker: () => ({ port: port1 }),
  };
  const vault = openVault(cx as unknown as VaultContext) as Required<Vault>;
  expect(await failure(vault.ask("refresh"))).toMatchObject({ code: "ERR_TIMEOUT" });
});

test("I-once a page that stood still hears what its worker says as both wake up, though the time is over", async () => {
  const { port1, port2 } = new MessageChannel();
  open.add(port1).add(port2);
  const timers: (() => void)[] = [];
  const timer = (_: number, run: () => void) => {
    timers.push(run);
    return () => {};
  };
  const standing = { ...clock(), timer };
  const cx = {
    ...{ platform: { clock: standing }, settings: { requestTimeout: 20, schema: undefined } },
    ...{ moment: () => MOMENT, position: () => undefined, worker: () => ({ port: port1 }) },
  };
  const vault = openVault(cx as unknown as VaultContext) as Required<Vault>;
  const asked = vault.ask("refresh");
  const question = await new Promise<{ id: number }>((resolve) => {
    port2.onmessage = ({ data }) => resolve(data);
  });
  timers[0]?.();
  await vi.waitFor(() => expect(timers).toHaveLength(2));
  port2.postMessage({ id: question.id, value: { user: { id: "ada" } } });
  expect(await asked).toMatchObject({ grant: { user: { id: "ada" } } });
});

test("tickets of pages that died are forgotten, the newest are not", async () => {
  const store: Store = openStore("test", true, browser());
  const tickets = Array.from({ length: 80 }, (_, n) =>
    store.put({ accessToken: `at-${n}`, refreshToken: undefined }),
  );
  const [first, last] = [tickets[0], tickets[79]] as [number, number];
  expect((await store.prepare(first, undefined, undefined)).credential.accessToken).toBeUndefined();
  expect((await store.prepare(last, undefined, undefined)).credential.accessToken).toBe("at-79");
});
