import { isLive, runs, type Seat, userOf } from "../seat.js";
import type { Invariant } from "./oracle.js";

/** How long the news of another sign-in may take. */
const NEWS = 2000;

/**
 * I-mix: credentials of two subjects are never mixed. A tab that shows one user never goes over to another without an
 * end between them; a token is that of the user on show; so is a reply.
 *
 * Aside: cookies are the browser's, not a tab's. While the news of a sign-in elsewhere is on its way, and where it cannot
 * arrive (messages lost, a broken disk, a tab that died before it told the session), a request carries the new ones.
 */
export const mix: Invariant = (view) => {
  const lastUser = new Map<Seat, string>();
  const owners = new Map<string, string>();
  let refreshes = 0;
  let opened = 0;

  /** Which token belongs to whom, as the server has it. */
  function learn() {
    const { metrics, sessions } = view.machine.server;
    if (metrics.refreshes === refreshes && sessions.length === opened) return;
    refreshes = metrics.refreshes;
    opened = sessions.length;
    for (const session of sessions as unknown as { accessToken: string; user: { id: string } }[])
      owners.set(session.accessToken, session.user.id);
  }

  return {
    event(seat, name) {
      if (name === "ended") lastUser.delete(seat);
    },
    shown(seat) {
      const user = userOf(seat);
      if (!isLive(seat) || user === undefined) return;
      const before = lastUser.get(seat);
      lastUser.set(seat, user);
      if (before !== undefined && before !== user)
        view.fail("I-mix", `${seat.name} goes from ${before} to ${user} without an end`);
    },
    stepped: learn,
    settled({ seat, name, value, error, settledAt, at }) {
      if (error !== undefined) return;
      learn();
      const user = userOf(seat);
      if (user === undefined) return;
      if (name === "token") {
        const owner = owners.get(String(value));
        if (owner !== undefined && owner !== user)
          view.fail("I-mix", `${seat.name} shows ${user} and hands out a token of ${owner}`);
      }
      const owner = (value as { body?: { user?: string } } | undefined)?.body?.user;
      if (name !== "fetch" || owner === undefined || owner === user) return;
      const since = Math.min(settledAt as number, at + NEWS) - NEWS;
      const told = view.seats.some(
        (it) => runs(it) && userOf(it) === owner && it.liveSince !== undefined && it.liveSince < since - NEWS,
      );
      if (told && seat.runningSince < since - NEWS && !troubled(seat.liveSince ?? since))
        view.fail("I-mix", `${seat.name} shows ${user} and gets what belongs to ${owner}`);
    },
  };

  /** Since it shows the one user. */
  function troubled(since: number): boolean {
    const faults = ["loseMessage", "lateMessage", "reorder"] as const;
    return (
      view.setting.channel === "missing" ||
      view.setting.storage === "memory" ||
      view.broken() ||
      faults.some((kind) => view.lastFault(kind) >= since - NEWS)
    );
  }
};
