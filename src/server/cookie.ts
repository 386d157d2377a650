/**
 * A cookie that scripts may read, such as the CSRF token that a server expects back in a header. `""` where there is none,
 * and where there is no page.
 * @example
 * ```ts
 * import { createSession } from "sojourn";
 * import { readCookie, sanctum } from "sojourn/presets";
 *
 * createSession({
 *   server: sanctum(),
 *   fetch: {
 *     csrf: {
 *       get "X-XSRF-TOKEN"() {
 *         return readCookie("XSRF-TOKEN");
 *       },
 *     },
 *   },
 * });
 * ```
 */
export function readCookie(name: string): string {
  const all = (globalThis as { document?: { cookie: string } }).document?.cookie ?? "";
  const found = all.split("; ").find((cookie) => cookie.startsWith(`${name}=`));
  return decodeURIComponent(found?.slice(name.length + 1) ?? "");
}
