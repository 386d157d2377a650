import type { SharedRecord } from "../core/record.js";
import type { EndReason, Origin } from "../core/state.js";
import type { Message } from "../core/sync.js";
import { SessionError } from "../errors.js";
import type { Settings } from "../options.js";
import type { Platform } from "../platform/platform.js";
import type { Vault } from "../secrets/memory.js";
import type { Ask } from "../server/ask.js";
import type { ServerConvention } from "../server/convention.js";
import type { Emitter } from "./events.js";
import type { Exclusive } from "./exclusive.js";
import type { Kernel } from "./kernel.js";
import type { Store } from "./store.js";

/** What the shell offers its procedures. */
export interface ShellContext<User> {
  readonly platform: Platform;
  readonly settings: Settings<User>;
  /** This tab's name. Random and never stored, so a duplicated tab has its own. */
  readonly tab: string;
  readonly kernel: Kernel;
  readonly store: Store;
  readonly vault: Vault;
  /** Names the lock, the channel and the database. */
  readonly topic: string;
  /** Aborts when the session ends here, when the page is suspended and when the session object is destroyed. */
  signal(): AbortSignal;
  /** Aborts when the session ends here and when the session object is destroyed. */
  life(): AbortSignal;
  announce: Emitter<User>["announce"];
  deliver(): void;
  /** Resolves when the page is not suspended; rejects when there is no session any more. */
  awake(): Promise<void>;
  /** Resolves when a live session has nothing pending and every deadline was looked at; rejects without one. */
  settled(): Promise<void>;
  /** Why there is no session. */
  gone(): SessionError;
  post(type: Message["type"], record: { epoch: number; sequence: number }, reason?: EndReason): void;
  /** Feeds a record to the core. */
  adopt(record: SharedRecord | undefined, origin?: Origin): void;
  setUser(user: User | undefined): void;
}

/** What the procedures that talk to the server work with. */
export interface Context<User> extends ShellContext<User> {
  readonly convention: ServerConvention<User>;
  readonly ask: Ask<User>;
  readonly exclusive: Exclusive;
}

/** Writes through the store, tells the core, and lets the other tabs look. Resolves with whether it applied. */
export async function commit<User>(
  cx: Context<User>,
  change: (record: SharedRecord | undefined) => SharedRecord | undefined,
): Promise<boolean> {
  const { record, done } = await cx.store.commit(change);
  cx.adopt(record, done ? "this-tab" : "other-tab");
  if (done && record) cx.post("changed", record);
  return done;
}

export const isRejection = (error: unknown): error is SessionError =>
  error instanceof SessionError && error.code === "ERR_REJECTED";

export function endedError(reason: EndReason): SessionError {
  return new SessionError("ERR_SESSION_ENDED", `The session has ended (${reason}).`, { reason });
}
