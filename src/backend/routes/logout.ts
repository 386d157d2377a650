import type { Backend, Route } from "../backend.js";
import { readBody } from "../http/body.js";
import { empty, invalid } from "../http/replies.js";

/**
 * Always 204: whoever asks twice, or after the end, is signed out too. The browser drops what it cached and stored.
 * https://www.w3.org/TR/clear-site-data/
 *
 * Who names an `epoch` means that session and no other: the word of an old end can come late, when the cookie of the
 * next sign-in is there already. Who comes with an id that was renewed on the way means the session that goes on.
 */
export function logoutRoute<User>({ sessions, tell }: Backend<User>): Route {
  return {
    method: "POST",
    path: "/logout",
    answer: async (request, cookies) => {
      const body = await readBody(request);
      if (!body) return invalid("body must be empty or { epoch }");
      const found = body.epoch === undefined ? undefined : await sessions.peekRenewed(cookies.sessionId);
      if (found?.alive && String(found.session.epoch) !== String(body.epoch)) return empty();

      const reply = empty({ "clear-site-data": '"cache", "storage"' });
      // The id of a session that was over is worth nothing, and the reply may come after that of the next sign-in.
      if (await sessions.end(cookies.sessionId, "ended")) {
        tell("signed-out");
        cookies.expire(reply.headers);
      }
      return reply;
    },
  };
}
