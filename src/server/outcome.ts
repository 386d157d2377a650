import { SessionError } from "../errors.js";
import type { ServerConvention, ServerReply, VerbName } from "./convention.js";

/** `Retry-After` in ms: seconds or a date (RFC 9110 §10.2.3). A date is read against the server's own clock. */
export function retryAfter(headers: Headers, wall: number): number | undefined {
  const value = headers.get("retry-after")?.trim();
  if (!value) return undefined;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const until = Date.parse(value) - (Date.parse(headers.get("date") ?? "") || wall);
  return until >= 0 ? until : undefined;
}

/** Only an explicit refusal ends a session: RFC 6749 §5.2, or the 401 of a server that speaks JSON, not of a proxy. */
function refusal({ status, body }: ServerReply): boolean {
  const said = typeof body === "object" && body ? (body as { error?: unknown }) : undefined;
  return !!said && (status === 401 || (status === 400 && said.error === "invalid_grant"));
}

/** Passes a 2xx on. Throws `ERR_REJECTED` for what the convention lists, `ERR_UNAVAILABLE` for everything else. */
export function judgeReply(
  reply: ServerReply,
  verb: VerbName,
  convention: ServerConvention<never>,
  wall: number,
): ServerReply {
  const { status, headers } = reply;
  const ended = (convention.endedOn ?? refusal)(reply, verb);
  if (ended)
    throw new SessionError("ERR_REJECTED", `The server ended the session (${verb}, ${status}).`, {
      status,
      reason: ended === true ? "rejected" : ended,
    });
  if (status >= 200 && status < 300) return reply;
  throw new SessionError("ERR_UNAVAILABLE", `The server could not answer (${verb}, ${status}).`, {
    status,
    retryAfter: retryAfter(headers, wall),
  });
}
