/** What a browser would strip or bend before it reads a URL. Nothing legitimate has it. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it is about
const BENT = /[\\\u0000-\u001f\u007f]/;

/**
 * Where it is safe to send the browser, out of a value that anybody may have written, such as `?returnTo=` of an
 * address: the absolute URL of a page of this origin, or of one of the origins in `allow`; otherwise `undefined`. Go to what it returns, not to what
 * it was given.
 *
 * The browser's own parser decides, and again after each round of percent-decoding, because servers in between decode
 * too. (OWASP ASVS 5.0 V3.7.2, RFC 9700 4.11.1)
 * @example
 * ```ts
 * import { safeReturnTo } from "sojourn/element";
 *
 * location.assign(safeReturnTo(new URLSearchParams(location.search).get("returnTo")) ?? "/");
 * ```
 */
export function safeReturnTo(
  value: string | null | undefined,
  allow: readonly string[] = [],
  base: string = location.href,
): string | undefined {
  if (!value || BENT.test(value)) return undefined;
  const allowed = [new URL(base).origin, ...allow];
  let target: string | undefined;
  try {
    for (let before = "", now = value; now !== before; before = now, now = decodeURIComponent(now)) {
      const url = new URL(now, base);
      if (!/^https?:$/.test(url.protocol) || !allowed.includes(url.origin) || url.username || url.password)
        return undefined;
      target ??= url.href;
    }
  } catch (error) {
    // Not a URL is no target; a lone `%` is not encoded any further.
    if (!(error instanceof URIError)) return undefined;
  }
  return target;
}
