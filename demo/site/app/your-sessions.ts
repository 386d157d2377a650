import type { HandoverSession } from "./session.js";
import { createStore, type Readable } from "./store.js";
import { endedBefore, endedOne, endedOthers, listRenewed, noList, notEnded } from "./texts.js";

/** A place where the user is signed in. The server keeps no address of it, and of the browser no more than its name. */
export interface ListedSession {
  /** Names it. It opens nothing. */
  readonly epoch: number;
  /** It is the one that asks. */
  readonly current: boolean;
  /** "Firefox on Linux" */
  readonly browser: string;
  readonly startedAt: number;
  readonly seenAt: number;
}

export interface YourSessionsState {
  readonly open: boolean;
  /** This one first. Undefined: the server has not told yet. */
  readonly list: readonly ListedSession[] | undefined;
  /** The list is read, all others are being ended, or the one that is named. */
  readonly under: "list" | "others" | number | undefined;
  readonly news: string;
  readonly problem: string;
}

/** The user's sessions, here and elsewhere. They are read when somebody wants to see them, and not by a clock. */
export interface YourSessionsModel extends Readable<YourSessionsState> {
  open(): void;
  close(): void;
  refresh(): Promise<void>;
  end(which: ListedSession): Promise<void>;
  endOthers(): Promise<void>;
}

const closed: YourSessionsState = { open: false, list: undefined, under: undefined, news: "", problem: "" };

export function createYourSessions(session: HandoverSession): YourSessionsModel {
  const store = createStore(closed);
  /** What is still under way when the dialog is closed is nobody's to see. */
  let visit = new AbortController();

  /** One thing after the other. What was read before stays readable, whatever becomes of it. */
  async function run(
    under: YourSessionsState["under"],
    request: (signal: AbortSignal) => Promise<Partial<YourSessionsState>>,
    failed: string,
  ): Promise<void> {
    const { signal } = visit;
    const { list, under: busy } = store.get();
    if (busy !== undefined) return;
    store.set({ ...closed, open: true, list, under });
    const after = await request(signal).catch(() => ({ problem: failed }));
    if (!signal.aborted) store.set({ ...closed, open: true, list, ...after });
  }

  const load = (news: () => string) =>
    run("list", async (signal) => ({ list: await read(session, signal), news: news() }), noList);

  /** The server wants to know that it is still the same person at the desk, and the session asks them. */
  const end = (
    under: YourSessionsState["under"],
    path: string,
    isLeft: (it: ListedSession) => boolean,
    news: (ended: number) => string,
  ) => {
    const request = async (signal: AbortSignal) => {
      const reply = await session.fetch(path, { method: "DELETE", signal, stepUp: "wait" });
      if (reply.status === 401) return { problem: notEnded.refused };
      if (!reply.ok) throw new Error(`DELETE ${path}: ${reply.status}`);
      const { ended } = (await reply.json()) as { ended: number };
      return { list: store.get().list?.filter(isLeft), news: news(ended) };
    };
    return run(under, request, notEnded.failed);
  };

  return {
    get: store.get,
    subscribe: store.subscribe,
    open: () => void load(() => ""),
    close() {
      visit.abort();
      visit = new AbortController();
      store.set(closed);
    },
    refresh: () => load(listRenewed),
    end: ({ epoch, browser }) =>
      end(
        epoch,
        `/sessions/${epoch}`,
        (it) => it.epoch !== epoch,
        (ended) => (ended > 0 ? endedOne(browser) : endedBefore(browser)),
      ),
    endOthers: () =>
      end(
        "others",
        "/sessions",
        ({ current }) => current,
        () => endedOthers,
      ),
  };
}

interface Told {
  readonly epoch: number;
  readonly current: boolean;
  /** Seconds. */
  readonly startedAgo: number;
  readonly seenAgo: number;
  readonly startedFrom?: string;
}

async function read(session: HandoverSession, signal: AbortSignal): Promise<readonly ListedSession[]> {
  const reply = await session.fetch("/sessions", { signal });
  if (!reply.ok) throw new Error(`GET /sessions: ${reply.status}`);
  const now = Date.now();
  const { sessions } = (await reply.json()) as { sessions: readonly Told[] };
  return sessions
    .map(({ epoch, current, startedAgo, seenAgo, startedFrom = "A browser" }) => ({
      ...{ epoch, current, browser: startedFrom },
      ...{ startedAt: now - startedAgo * 1000, seenAt: now - seenAgo * 1000 },
    }))
    .sort((one, other) => Number(other.current) - Number(one.current));
}
