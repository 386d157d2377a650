import type { Dead } from "../found.js";

/** Every error is `{ error, … }`; no reply is ever stored (OWASP ASVS 5.0, V14.3.2). */
export function json(status: number, body: object, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { "cache-control": "no-store", "content-type": "application/json; charset=utf-8", ...headers },
  });
}

export function empty(headers: Record<string, string> = {}): Response {
  return new Response(null, { status: 204, headers: { "cache-control": "no-store", ...headers } });
}

/** Nothing is known of the session then, so nothing is said of it: it has not ended. */
export const unavailable = (): Response => json(503, { error: "unavailable" }, { "retry-after": "2" });

export const notFound = (): Response => json(404, { error: "not_found" });

export const invalid = (message: string): Response => json(400, { error: "invalid_request", message });

export const tooLarge = (): Response => json(413, { error: "too_large" });

/**
 * A request is about another session than its cookies are of, or its session goes on under another id, which the browser
 * has by now. Not a 401: nothing has ended, and whoever asks again with the cookies that are there is answered.
 */
export const otherSession = (): Response => json(409, { error: "other_session" });

/** An attempt at an earlier rotation that comes only now. */
export const lateAttempt = (): Response => json(409, { error: "late_attempt" });

/** A 401 has to name a scheme (RFC 9110, 15.5.2). `Bearer` makes no browser open a dialog (RFC 6750, 3). */
export function unauthorized(
  body: { error: string; reason?: Dead["reason"] },
  challenge = "Bearer",
): Response {
  return json(401, body, { "www-authenticate": challenge });
}

/** The access lifetime has passed: a refresh helps. */
export const expiredAccess = (): Response =>
  unauthorized({ error: "invalid_token" }, 'Bearer error="invalid_token"');

/**
 * The user must have authenticated within `maxAge` ms. Said as RFC 9470 has it, so that a client can ask the user and try
 * again. https://www.rfc-editor.org/rfc/rfc9470#section-3
 */
export function notFresh(maxAge: number): Response {
  const error = "insufficient_user_authentication";
  const seconds = Math.floor(maxAge / 1000);
  const why = "The password was given too long ago";
  return unauthorized({ error }, `Bearer error="${error}", error_description="${why}", max_age="${seconds}"`);
}
