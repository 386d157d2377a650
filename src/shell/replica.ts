import { merge } from "../core/merge.js";
import { after, newest, parseRecord, type SharedRecord } from "../core/record.js";
import type { Clock, RecordPort } from "../platform/platform.js";

/** The record without storage: every tab holds a copy and tells the others. */
export interface Replica extends RecordPort {
  /** Hears what another tab says; returns its record where it was meant for the replica, `undefined` where it was not. */
  hear(data: unknown): { readonly record: SharedRecord | undefined } | undefined;
  /** Asks one tab what it knows. */
  ask(to: string): void;
}

interface ReplicaMessage {
  readonly v: 1;
  readonly type: "ask" | "facts";
  readonly sender: string;
  readonly record: SharedRecord | undefined;
  /** Who is to answer, or whose question this answers. @default everybody's */
  readonly to?: string | undefined;
}

/** How long to listen for whoever there may be; a message takes well under a millisecond. */
const HELLO = 150;
/** How long for tabs that are known: the machine may be busy. One that has not answered by then is frozen or gone. */
const PATIENCE = 1000;

export function createReplica(
  clock: Clock,
  tab: string,
  post: (message: ReplicaMessage) => void,
  known: () => SharedRecord | undefined,
): Replica {
  let own: SharedRecord | undefined;
  let met = false;
  const peers = new Set<string>();
  const waiting = new Set<(sender: string) => void>();

  const say = (type: ReplicaMessage["type"], to?: string) =>
    post({ v: 1, type, sender: tab, record: newest(own, known()), to });

  /** Asks every tab that is known, and at first whoever there is. */
  const ask = () =>
    new Promise<void>((resolve) => {
      const open = new Set(peers);
      const finish = () => {
        for (const silent of open) peers.delete(silent);
        met = true;
        waiting.delete(heard);
        cancel();
        resolve();
      };
      const heard = (sender: string) => {
        open.delete(sender);
        if (!open.size) finish();
      };
      const cancel = clock.timer(met ? PATIENCE : HELLO, finish);
      waiting.add(heard);
      say("ask");
      if (met && !open.size) finish();
    });

  /** What this tab has claimed stays claimed, whatever is said by those who had not heard of it. */
  const claimed = (before: SharedRecord | undefined, r: SharedRecord) => {
    const { intent } = before ?? {};
    const newer = (intent?.attempt ?? 0) > (r.intent?.attempt ?? 0);
    const goesOn = before && newer && !after(r, before) && r.failures === before.failures;
    return goesOn && intent?.tab === tab ? { ...r, intent } : r;
  };

  return {
    async read(fresh) {
      own ??= known();
      // Facts come before the hint to look at them: nobody needs to be asked, unless nobody was met yet.
      if (fresh || !met) await ask();
      return own;
    },
    async update(change) {
      own = change(own ?? known()) as SharedRecord | undefined;
      say("facts");
    },
    /** Whatever was said while the page was away, or what was written while the disk worked, was not heard. */
    close() {
      met = false;
      own = undefined;
    },
    hear(data) {
      const m = data as ReplicaMessage | null | undefined;
      if (m?.v !== 1 || (m.type !== "ask" && m.type !== "facts") || typeof m.sender !== "string")
        return undefined;
      peers.add(m.sender);
      const record = parseRecord(m.record);
      if (record) own = claimed(own, merge(record, own, clock.wall()));
      // Only what answers this tab's question: what was said before it, and arrives after it, is older.
      if (m.type === "facts") for (const heard of m.to === tab ? waiting : []) heard(m.sender);
      else if (!m.to || m.to === tab) say("facts", m.sender);
      return { record };
    },
    ask: (to) => say("ask", to),
  };
}
