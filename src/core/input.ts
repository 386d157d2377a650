import type { AliveFacts } from "./alive.js";
import type { Message } from "./message.js";
import type { SharedRecord } from "./record.js";
import type { EndReason, Origin, Task } from "./state.js";
import type { Moment } from "./time.js";

/** What can happen to a tab. */
export type Input = Moment &
  (
    | { readonly type: "tick" }
    /** The user did something at an instant that was not yet past any deadline. */
    | { readonly type: "activity"; readonly at: number }
    /** The record, as it was read or as this tab has just written it. */
    | {
        readonly type: "record";
        readonly record: SharedRecord | undefined;
        readonly origin: Origin;
        readonly random: number;
      }
    | { readonly type: "message"; readonly message: Message }
    | { readonly type: "end"; readonly reason: EndReason; readonly origin: Origin }
    /** A restore found nobody signed in. */
    | { readonly type: "nobody" }
    /** A server that can peek said that the session goes on: how long the user may still be idle, and it in all. */
    | { readonly type: "alive"; readonly facts: AliveFacts }
    | { readonly type: "visible"; readonly visible: boolean }
    /** The browser says that the network is back. It may be wrong: a hint to try sooner. */
    | { readonly type: "online"; readonly random: number }
    | { readonly type: "hold"; readonly until: number }
    | { readonly type: "settled"; readonly task: Task }
  );
