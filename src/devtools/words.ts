import type { Effect } from "../core/effect.js";
import type { Input } from "../core/input.js";
import type { SharedRecord } from "../core/record.js";
import type { Origin, Task } from "../core/state.js";
import { shorten } from "./redact.js";

const by: Record<Origin, string> = {
  "this-tab": "this tab",
  "other-tab": "another tab",
  server: "the server",
};

const at = ({ epoch, sequence }: Pick<SharedRecord, "epoch" | "sequence">) => `${epoch}.${sequence}`;

const tasks: Record<Task, string> = {
  verify: "last look before the limit",
  peek: "ask the server",
  write: "write activity",
  refresh: "refresh",
};

/** What happened, as a heading and what belongs to it. */
export function inputInWords(input: Input): readonly [what: string, about: string] {
  switch (input.type) {
    case "tick":
      return ["Looked at the deadlines", ""];
    case "activity":
      return ["Activity", ""];
    case "record": {
      const { record, origin } = input;
      if (!record) return ["Record read", "there is none"];
      const { end, intent } = record;
      const about = end
        ? `ended: ${end.reason}`
        : intent
          ? `a refresh is intended, attempt ${intent.attempt}`
          : "";
      const what = origin === "this-tab" ? "Record written" : "Record read";
      return [what, [at(record), about].filter(Boolean).join(", ")];
    }
    case "message": {
      const { type, reason, sender } = input.message;
      return ["Message", `${type}${reason ? `: ${reason}` : ""}, from ${shorten(sender)}`];
    }
    case "end":
      return ["End", `${input.reason}, by ${by[input.origin]}`];
    case "nobody":
      return ["Nobody is signed in", ""];
    case "alive":
      return ["The server knows the session", ""];
    case "visible":
      return [input.visible ? "Page shown" : "Page hidden", ""];
    case "online":
      return ["The network is back", ""];
    case "hold":
      return [input.until > input.now ? "Hold" : "Hold released", ""];
    case "settled":
      return ["Settled", tasks[input.task]];
  }
}

/** What the core asks for. */
export function effectInWords(effect: Effect): string {
  switch (effect.type) {
    case "look":
      return "read the record";
    case "task":
      return tasks[effect.task];
    case "over":
      return effect.write ? `end epoch ${effect.epoch}, tell the server` : `end epoch ${effect.epoch}`;
    case "last-call":
      return "call beforeEnd hooks";
    case "emit":
      return `event “${effect.event}”`;
  }
}

export const originInWords = (origin: Origin): string => by[origin];
