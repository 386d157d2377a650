import type { Machine } from "../../../src/testing/machine.js";
import type { LoggedRequest } from "../../../src/testing/network.js";
import type { ServerSession } from "../../../src/testing/server.js";
import { ELSEWHERE } from "../schedule.js";
import type { View } from "./oracle.js";

// What can be read off a request, by whoever sees the wire.

export const isRefresh = (request: LoggedRequest): boolean =>
  request.path === "/refresh" || (request.path === "/token" && !isExchange(request));
/** Somebody signs in: tokens for a code. */
export const isExchange = ({ path, body }: LoggedRequest): boolean =>
  path === "/token" && body.includes("authorization_code");
export const isEnd = ({ path }: LoggedRequest): boolean => path === "/logout" || path === "/revoke";
/** The application's own request to another origin, with which the session has nothing to do. */
export const isAbroad = ({ url }: LoggedRequest): boolean => url.startsWith(ELSEWHERE);
export const isApi = (request: LoggedRequest): boolean =>
  request.path.startsWith("/api/") && !isAbroad(request);

/** The session that the server calls so. */
export const sessionOf = (marker: string | undefined, { server }: Machine): ServerSession | undefined =>
  server.sessions.find((it) => String(it.epoch) === marker);

/** The session that the cookies of a request belong to. */
export const aimOf = ({ cookies }: LoggedRequest, { server }: Machine): ServerSession | undefined =>
  server.sessions.find((it) => (it as unknown as { sid: string }).sid === cookies.sid);

/** The refresh credential that a request carries. Of several cookies the server takes that of the session. */
export const credentialOf = (request: LoggedRequest, machine: Machine): string | undefined =>
  request.path === "/token"
    ? (new URLSearchParams(request.body).get("refresh_token") ?? undefined)
    : request.cookies[`rt.${aimOf(request, machine)?.epoch}`];

export const keyOf = (request: LoggedRequest): string | undefined => request.headers["idempotency-key"];

/**
 * Names another session than the cookies that came along belong to (somebody has just signed in): whether it arrives or
 * not, the server exchanges nothing for it.
 */
export const strayed = (request: LoggedRequest, machine: Machine): boolean =>
  request.path === "/refresh" &&
  request.body !== "" &&
  String((JSON.parse(request.body) as { epoch?: unknown }).epoch) !== String(aimOf(request, machine)?.epoch);

/** A message to a worker that is on its way when the end is shown is carried out; the next one calls it off. */
export const TO_WORKER = 5;

/**
 * Sent by a worker that has just woken up: it stood still with its page, or with the machine, and carries out what it was
 * asked before that, ahead of what its page calls off now.
 */
export function leftOver(
  { tab, at }: LoggedRequest,
  { setting, seat: seatOf }: Pick<View, "setting" | "seat">,
): boolean {
  const seat = seatOf(tab);
  if (!seat) return false;
  const stood = seat.stoppedAt <= seat.runningSince ? seat.runningSince : Number.NEGATIVE_INFINITY;
  const wokeAt = { "dedicated-worker": stood, "shared-worker": seat.sleptUntil }[setting.tokens as string];
  return wokeAt !== undefined && at - wokeAt <= TO_WORKER;
}

/** Whether the server itself answered, and not something on the way. */
export const served = ({ arrivedAt, answer }: LoggedRequest): boolean =>
  arrivedAt !== undefined && answer?.status === 200 && typeof answer.body === "object";

export function last<T>(list: readonly T[], fits: (item: T) => boolean): T | undefined {
  for (let i = list.length - 1; i >= 0; i--) if (fits(list[i] as T)) return list[i];
  return undefined;
}
