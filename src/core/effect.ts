import type { EndReason, Limit, Origin, Task } from "./state.js";

/** What a decision can ask the shell for. */
export type Effect =
  /** Read the record: another tab hinted that it moved. */
  | { readonly type: "look" }
  | { readonly type: "task"; readonly task: Task }
  /** The session of `epoch` is over here. `write`: this tab is the one to put it on record and tell the server. */
  | { readonly type: "over"; readonly epoch: number; readonly reason: EndReason; readonly write: boolean }
  /** A limit is `LAST_CALL` away: save the work now, while the credential is still good. */
  | { readonly type: "last-call"; readonly reason: Limit }
  | ({ readonly type: "emit" } & Event);

/** What an application can listen to. Events come on a change of meaning only. */
export type Event =
  | { readonly event: "started"; readonly detail: { readonly origin: Origin } }
  | {
      readonly event: "warning";
      readonly detail: { readonly limit: Limit; readonly deadlineAt: number; readonly extendable: boolean };
    }
  | { readonly event: "extended"; readonly detail: { readonly limit: Limit } }
  | {
      readonly event: "refreshed";
      readonly detail: { readonly epoch: number; readonly sequence: number; readonly origin: Origin };
    }
  | {
      readonly event: "retrying";
      readonly detail: { readonly failures: number; readonly retryAt: number };
    }
  | { readonly event: "recovered"; readonly detail: Record<string, never> }
  | { readonly event: "ended"; readonly detail: { readonly reason: EndReason; readonly origin: Origin } };
