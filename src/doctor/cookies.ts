import { type Cookie, parseSetCookie } from "set-cookie-parser";

export type { Cookie };

/** Shorter values are settings, such as a language: no session is named by so little. */
export const SHORTEST_CREDENTIAL = 8;

/** A part of a signed value that is shorter is no secret: a version, a time. */
const SHORTEST_PART = 16;

/** A value, and what it is made of where it is signed: whoever has the one has the other. */
export function partsOf({ value }: Pick<Cookie, "value">): readonly string[] {
  const plain = value.includes("%") ? decoded(value) : value;
  const parts = plain.split(/[.:]/).filter(({ length }) => length >= SHORTEST_PART);
  return [...new Set([value, plain, ...parts])];
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

/** The cookies that a reply sets, expired ones included. */
export const cookiesOf = (headers: Headers): readonly Cookie[] =>
  parseSetCookie(headers.getSetCookie(), { decodeValues: false });

/** Whether the browser is to forget it. */
export const isExpired = ({ maxAge, expires }: Cookie): boolean =>
  maxAge === undefined ? expires !== undefined && expires.getTime() <= Date.now() : maxAge <= 0;

/** What a page has to read, to send it back as proof that it is of this origin. Opens nothing by itself. */
export const isForgeryToken = ({ name }: Pick<Cookie, "name">): boolean => /csrf|xsrf/i.test(name);

/**
 * The cookies of one browser, for one origin. `Domain` is not looked at, for nothing goes anywhere else, and neither is
 * `Secure`: the doctor may be on the inner side of what ends TLS.
 */
export class Jar {
  readonly #cookies: Map<string, Cookie>;

  constructor(cookies: Iterable<readonly [string, Cookie]> = []) {
    this.#cookies = new Map(cookies);
  }

  copy(): Jar {
    return new Jar(this.#cookies);
  }

  receive(cookies: readonly Cookie[], url: string): void {
    for (const cookie of cookies) {
      const path = cookie.path?.startsWith("/") ? cookie.path : directoryOf(url);
      const key = `${path} ${cookie.name}`;
      if (isExpired(cookie)) this.#cookies.delete(key);
      else this.#cookies.set(key, { ...cookie, path });
    }
  }

  /** Puts a cookie there that no server has set. */
  plant(name: string, value: string): void {
    this.put({ name, value, path: "/", httpOnly: true });
  }

  put(cookie: Cookie): void {
    this.#cookies.set(`${cookie.path ?? "/"} ${cookie.name}`, cookie);
  }

  remove({ name }: Pick<Cookie, "name">): void {
    for (const [key, cookie] of this.#cookies) if (cookie.name === name) this.#cookies.delete(key);
  }

  /** What goes with a request to that address: the value of its `Cookie` header. */
  for(url: string): string {
    const { pathname } = new URL(url);
    return [...this.#cookies.values()]
      .filter(({ path = "/" }) => isBelow(pathname, path))
      .sort((a, b) => (b.path ?? "/").length - (a.path ?? "/").length)
      .map(({ name, value }) => `${name}=${value}`)
      .join("; ");
  }

  /** What a script of the page can read: `document.cookie`. */
  readable(): string {
    return this.all
      .filter(({ httpOnly }) => !httpOnly)
      .map(({ name, value }) => `${name}=${value}`)
      .join("; ");
  }

  get all(): readonly Cookie[] {
    return [...this.#cookies.values()];
  }
}

/** RFC 6265, 5.1.4. */
const directoryOf = (url: string): string => new URL(url).pathname.replace(/\/[^/]*$/, "") || "/";
const isBelow = (pathname: string, path: string): boolean =>
  pathname === path || pathname.startsWith(path.endsWith("/") ? path : `${path}/`);

/** A file of cookies: what curl and browsers' extensions write, or `name=value` line by line. */
export function readCookieFile(text: string): Jar {
  const jar = new Jar();
  for (const line of text.split(/\r?\n/)) {
    const fields = line.replace(/^#HttpOnly_/, "").split("\t");
    if (fields.length === 7) jar.plant(fields[5] as string, fields[6] as string);
    else if (!line.startsWith("#"))
      for (const pair of line.replace(/^cookie:/i, "").split(";")) {
        const [, name, value] = /^\s*([^=\s]+)=(.*?)\s*$/.exec(pair) ?? [];
        if (name) jar.plant(name, value as string);
      }
  }
  return jar;
}
