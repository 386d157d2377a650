import type { Backend, Route } from "../backend.js";
import type { Dead } from "../found.js";
import { readBody } from "../http/body.js";
import { invalid, json, lateAttempt, otherSession, unauthorized } from "../http/replies.js";
import { sessionBody } from "../http/session-body.js";

/** https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/ */
const KEY = /^[\x21-\x7e]{1,200}$/;

/**
 * Rotates the refresh token and renews the access lifetime. The user need not be there, so it slides nothing.
 *
 * Who names an `epoch` means that session and no other: the cookies can be those of the next sign-in already, of which
 * the tab that asks has not heard. It is told so, and nothing is rotated.
 */
export function refreshRoute<User>({ sessions, user: userOf, tell }: Backend<User>): Route {
  const refuse = (reason: Dead["reason"]) => {
    tell("refused");
    return unauthorized({ error: "invalid_grant", reason });
  };

  return {
    method: "POST",
    path: "/refresh",
    answer: async (request, cookies) => {
      const key = request.headers.get("idempotency-key") ?? undefined;
      if (key !== undefined && !KEY.test(key))
        return invalid(`headers/idempotency-key must match ${KEY.source}`);
      const body = await readBody(request);
      if (!body) return invalid("body must be empty or { epoch }");

      const rotated = await sessions.rotate(cookies.sessionId, {
        tokens: (epoch) => cookies.refreshTokens(epoch),
        epoch: body.epoch,
        key,
      });
      switch (rotated.outcome) {
        case "other":
          return otherSession();
        case "late":
          tell("late");
          return lateAttempt();
        case "reuse":
          tell("reused");
          return refuse("revoked");
        case "refused":
          return rotated.reason === "renewed" ? otherSession() : refuse(rotated.reason);
      }
      tell(rotated.outcome);
      const user = await userOf(rotated.session.userId);
      if (user === undefined) return refuse("none");
      const reply = json(200, sessionBody(rotated.session, user));
      cookies.setRefreshToken(reply.headers, rotated.session.epoch, rotated);
      return reply;
    },
  };
}
