import { readFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll } from "vitest";
import { createSession, type Session, type SessionOptions } from "../../../src/index.js";
import { cipher } from "../../../src/platform/cipher.js";
import { clock } from "../../../src/platform/clock.js";
import { hash } from "../../../src/platform/hash.js";
import type { Platform } from "../../../src/platform/platform.js";
import { random } from "../../../src/platform/random.js";

/** The version of a package that is installed, for the names of the tests. */
export const versionOf = (name: string): string =>
  JSON.parse(readFileSync(join(import.meta.dirname, "../../../node_modules", name, "package.json"), "utf8"))
    .version;

const ends: (() => void)[] = [];
afterAll(() => {
  for (const end of ends.splice(0)) end();
});

/** Starts a server on a port of its own. `listener` is given its address. */
export async function host(listener: (url: string) => RequestListener): Promise<string> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  server.on("request", listener(url));
  ends.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return url;
}

interface Cookie {
  readonly value: string;
  /** When the browser forgets it: ms since the epoch. */
  readonly expires: number;
}

/**
 * A browser, as far as a session has to do with one: cookies, an origin, storage, locks and a channel between its tabs. All
 * else is the session as it is, on Node's own clock and network.
 */
export function openBrowser(origin: string) {
  const cookies = new Map<string, Cookie>();
  const stored = new Map<string, unknown>();
  const channels = new Set<(data: unknown) => void>();
  const requests: string[] = [];
  let locked: Promise<unknown> = Promise.resolve();

  async function browse(request: Request): Promise<Response> {
    const headers = new Headers(request.headers);
    const sent = [...cookies].map(([name, { value }]) => `${name}=${value}`).join("; ");
    if (sent && request.credentials !== "omit") headers.set("cookie", sent);
    if (request.method !== "GET") headers.set("origin", origin);
    requests.push(`${request.method} ${new URL(request.url).pathname}`);
    const response = await fetch(new Request(request, { headers, redirect: "manual" }));
    for (const line of response.headers.getSetCookie()) {
      const [pair, ...attributes] = line.split(/; */);
      const [name, value] = [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)];
      const attribute = (key: string) =>
        attributes.find((one) => one.toLowerCase().startsWith(key))?.slice(key.length);
      const age = attribute("max-age=");
      const date = attribute("expires=");
      const until = age
        ? Date.now() + Number(age) * 1000
        : date
          ? Date.parse(date)
          : Number.POSITIVE_INFINITY;
      if (until > Date.now()) cookies.set(name, { value, expires: until });
      else cookies.delete(name);
    }
    return response;
  }

  /** One transaction after the other, and values as a disk has them. */
  const record: Platform["record"] = () => ({
    read: async (_, name = "") => structuredClone(stored.get(name)),
    async update(change, beside) {
      stored.set("", change(structuredClone(stored.get(""))));
      beside?.((name, value) => stored.set(name, value));
    },
    close() {},
  });

  const platform = (): Platform => ({
    clock: clock(),
    random,
    record,
    base: () => origin,
    origin,
    page: true,
    hash,
    fetch: browse,
    activity: () => ({ attach: () => () => {}, stop() {} }),
    lifecycle: { visible: () => true, watch: () => () => {}, curtain() {} },
    cipher: async () => cipher,
    channel(_, receive) {
      channels.add(receive);
      return {
        post: (data) => {
          for (const other of channels) if (other !== receive) setTimeout(() => other(structuredClone(data)));
        },
        close: () => channels.delete(receive),
      };
    },
    lock: (_name, _options, task) => {
      const mine = locked.then(task);
      locked = mine.catch(() => {});
      return mine;
    },
  });

  return {
    cookies,
    /** What was sent, in order. */
    requests,
    /** A request of the page's own, with its cookies. */
    browse: (path: string, init?: RequestInit) => browse(new Request(new URL(path, origin), init)),
    /** A form, sent by the page's own code. */
    submit: (path: string, fields: Record<string, string>, headers = {}) =>
      browse(
        new Request(new URL(path, origin), { method: "POST", body: new URLSearchParams(fields), headers }),
      ),
    /** A tab with a session in it, not started. */
    tab<User>(options: SessionOptions<User>): Session<User> {
      const session = createSession({ ...options, platform: platform() });
      ends.push(() => session.destroy());
      return session;
    },
  };
}

/** Ms as close as two machines with whole seconds can be. */
export const NEAR = 3000;
