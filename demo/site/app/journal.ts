import type { SessionEvents } from "sojourn";
import type { HandoverSession, Person } from "./session.js";
import { createStore, type Readable } from "./store.js";

interface JournalEntry {
  readonly at: number;
  readonly event: string;
  readonly detail: string;
}

export interface Journal extends Readable<readonly JournalEntry[]> {
  write(event: string, detail: string): void;
}

const KEPT = 100;
const from = { "this-tab": "this tab", "other-tab": "another tab", server: "the server" };

/** How each event reads. */
const readings: { [E in keyof SessionEvents<Person>]?: (detail: SessionEvents<Person>[E]) => string } = {
  started: ({ origin }) => `by ${from[origin]}`,
  warning: ({ limit, extendable }) => `${limit} limit${extendable ? "" : ", cannot be extended"}`,
  extended: ({ limit }) => `${limit} limit moved`,
  refreshed: ({ sequence, origin }) => `sequence ${sequence}, by ${from[origin]}`,
  retrying: ({ failures }) => `${failures} ${failures === 1 ? "failure" : "failures"} in a row`,
  recovered: () => "the server answers again",
  ended: ({ reason, origin }) => `${reason}, by ${from[origin]}`,
  degraded: ({ part }) => `works without ${part}`,
  stepUp: () => "the password is needed again",
  hold: ({ active, reason }) => (active ? (reason ?? "something runs that is not input") : "released"),
};

/** The session's events with the time they came, the newest first. */
export function createJournal(session: HandoverSession): Journal {
  const store = createStore<readonly JournalEntry[]>([]);
  const write = (event: string, detail: string) =>
    store.set([{ at: Date.now(), event, detail }, ...store.get()].slice(0, KEPT));

  for (const [event, read] of Object.entries(readings)) {
    session.on(event as keyof SessionEvents<Person>, (detail) => write(event, read(detail as never)));
  }
  session.on("change", ({ status }) => {
    if (status === "signed-out") write("signed out", "nobody is signed in");
  });
  return { get: store.get, subscribe: store.subscribe, write };
}
