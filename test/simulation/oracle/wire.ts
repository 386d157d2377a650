import type { LoggedRequest } from "../../../src/testing/network.js";

// What can be read off a request, by whoever sees the wire.

export const isRefresh = ({ path }: LoggedRequest): boolean => path === "/refresh" || path === "/token";
export const isEnd = ({ path }: LoggedRequest): boolean => path === "/logout" || path === "/revoke";
export const isApi = ({ path }: LoggedRequest): boolean => path.startsWith("/api/");

/** The refresh credential that a request carries. */
export const credentialOf = (request: LoggedRequest): string | undefined =>
  request.path === "/token"
    ? (new URLSearchParams(request.body).get("refresh_token") ?? undefined)
    : Object.entries(request.cookies)
        .filter(([name]) => name.startsWith("rt."))
        .map(([, value]) => value)
        .join() || undefined;

export const keyOf = (request: LoggedRequest): string | undefined => request.headers["idempotency-key"];

/**
 * Names another session than the cookies that came along belong to (somebody has just signed in): whether it arrives or
 * not, the server exchanges nothing for it.
 */
export const strayed = ({ path, body, cookies }: LoggedRequest): boolean =>
  path === "/refresh" && body !== "" && !(`rt.${(JSON.parse(body) as { epoch?: unknown }).epoch}` in cookies);

/** Whether the server itself answered, and not something on the way. */
export const served = ({ arrivedAt, answer }: LoggedRequest): boolean =>
  arrivedAt !== undefined && answer?.status === 200 && typeof answer.body === "object";

export function last<T>(list: readonly T[], fits: (item: T) => boolean): T | undefined {
  for (let i = list.length - 1; i >= 0; i--) if (fits(list[i] as T)) return list[i];
  return undefined;
}
