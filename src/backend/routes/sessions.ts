import type { Backend, Route } from "../backend.js";
import type { Cookies } from "../http/cookies.js";
import { json } from "../http/replies.js";
import { owned, refuseStale } from "../http/signed.js";

/**
 * A user's sessions, wherever they are. They are named by their epochs, which open nothing. Who ends some must have
 * authenticated a short while ago: a session at a forgotten desk is not to throw out its owner (OWASP ASVS 5.0, V7.5.2).
 */
export function sessionsRoutes<User>(backend: Backend<User>): Route[] {
  const { sessions, endOthersMaxAge, tell } = backend;

  const whose = async ({ sessionId }: Cookies) => owned(backend, await sessions.peek(sessionId));

  /** Ends those that are meant, and tells how many there were. */
  async function end(cookies: Cookies, isMeant: (epoch: number, current: number) => boolean) {
    const { session, refusal } = await whose(cookies);
    if (refusal) return refusal;
    const stale = refuseStale(backend, session, endOthersMaxAge);
    if (stale) return stale;
    const ended = await sessions.endThoseOf(session.userId, (epoch) => isMeant(epoch, session.epoch));
    for (let i = 0; i < ended; i++) tell("ended-other");
    return json(200, { ended });
  }

  return [
    {
      method: "GET",
      path: "/sessions",
      answer: async (_request, cookies) => {
        const { session, refusal } = await whose(cookies);
        if (refusal) return refusal;
        const list = await sessions.listOf(session.userId);
        return json(200, {
          sessions: list.map(({ epoch, startedAgo, seenAgo, startedFrom }) => ({
            ...{ epoch, current: epoch === session.epoch },
            ...{ startedAgo: startedAgo / 1000, seenAgo: seenAgo / 1000, startedFrom },
          })),
        });
      },
    },
    {
      method: "DELETE",
      path: "/sessions",
      answer: (_request, cookies) => end(cookies, (epoch, current) => epoch !== current),
    },
    {
      method: "DELETE",
      path: "/sessions/:epoch",
      // Not one's own: that is a sign-out, which has more to say to the browser.
      answer: (_request, cookies, meant) =>
        end(cookies, (epoch, current) => `${epoch}` === meant && epoch !== current),
    },
  ];
}
