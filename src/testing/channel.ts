import type { Channel } from "../platform/platform.js";
import type { Chance, Span } from "./chance.js";
import type { Gate } from "./gate.js";
import type { Trace } from "./machine.js";
import type { Timeline } from "./timeline.js";

/** A message that a tab posted. */
export interface PostedMessage {
  /** When, in ms since the world began. */
  readonly at: number;
  /** The name of the channel. */
  readonly channel: string;
  /** The name of the tab; `undefined` for one that the test itself posted. */
  readonly from: string | undefined;
  readonly data: unknown;
}

/** What can become of a message on its way to one tab: it is lost, comes twice, or comes so many ms late. */
export type MessageTrouble = "lose" | "twice" | { readonly delay: number };

/** `BroadcastChannel` between all tabs of a world. */
export interface Hub {
  /** How long a message is on its way, in ms. @default [0.1, 2] */
  delay: Span;
  /** Messages may overtake one another, also those of the same sender. @default false */
  reorder: boolean;
  /** Asked for every message and every tab it goes to. @default no trouble */
  trouble: ((message: PostedMessage, to: string) => MessageTrouble | undefined) | undefined;
  /** Everything that was ever posted. */
  readonly log: readonly PostedMessage[];
  /** How many ends are open, of one tab or of all. */
  open(tab?: string): number;
  /** Posts as somebody else: another version, a stranger, nonsense. */
  post(channel: string, data: unknown): void;
}

interface End {
  readonly tab: string;
  readonly name: string;
  readonly gate: Gate;
  readonly receive: (data: unknown) => void;
  /** When the last message to this end arrives. */
  last: number;
}

/** The hub, and the end of it that a tab opens. */
export function createHub(timeline: Timeline, chance: Chance, trace: Trace) {
  const ends = new Set<End>();
  const log: PostedMessage[] = [];

  function send(from: End | undefined, channel: string, data: unknown) {
    const message = { at: timeline.now, channel, from: from?.tab, data: structuredClone(data) };
    log.push(message);
    trace(`${from?.tab ?? "somebody"} posts`, data);
    for (const end of ends) if (end !== from && end.name === channel) carry(message, end);
  }

  function carry(message: PostedMessage, end: End) {
    const trouble = hub.trouble?.(message, end.tab);
    if (trouble === "lose") return;
    const late = typeof trouble === "object" ? trouble.delay : 0;
    for (let times = trouble === "twice" ? 2 : 1; times--; ) {
      const at = timeline.now + late + chance.within(hub.delay);
      const arrival = hub.reorder || late ? at : Math.max(at, end.last);
      if (!late) end.last = Math.max(end.last, arrival);
      timeline.at(arrival, () =>
        end.gate.enter(() => {
          if (ends.has(end)) end.receive(structuredClone(message.data));
        }),
      );
    }
  }

  const hub: Hub = {
    delay: [0.1, 2],
    reorder: false,
    trouble: undefined,
    log,
    open: (tab) => [...ends].filter((end) => tab === undefined || end.tab === tab).length,
    post: (channel, data) => send(undefined, channel, data),
  };

  return {
    hub,
    /** The port of one tab. */
    port:
      (tab: string, gate: Gate) =>
      (name: string, receive: (data: unknown) => void): Channel => {
        const end: End = { tab, name, gate, receive, last: 0 };
        if (!gate.gone) ends.add(end);
        return {
          post(data) {
            if (gate.gone) return;
            // As the native one does.
            if (!ends.has(end)) throw new DOMException("The channel is closed.", "InvalidStateError");
            send(end, name, data);
          },
          close: () => void ends.delete(end),
        };
      },
    /** The tab is gone. */
    leave(tab: string) {
      for (const end of ends) if (end.tab === tab) ends.delete(end);
    },
  };
}
