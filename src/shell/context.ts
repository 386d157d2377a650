import { type Failure, failed } from "../core/commit.js";
import type { Position, SharedRecord } from "../core/record.js";
import type { EndReason, Origin } from "../core/state.js";
import { isSessionError, SessionError } from "../errors.js";
import type { Settings } from "../options.js";
import type { FirstPorts, Platform, RecordPort } from "../platform/platform.js";
import type { Vault } from "../secrets/vault.js";
import type { Ask } from "../server/ask.js";
import type { ServerConvention } from "../server/convention.js";
import type { Proof } from "../server/proof.js";
import type { Emitter } from "./events.js";
import type { Exclusive } from "./exclusive.js";
import type { Intake } from "./intake.js";
import type { Kernel } from "./kernel.js";
import type { Store } from "./store.js";

/** What the shell has from the first moment: it holds the state and shows it. */
export interface ShellContext<User> {
  readonly ports: FirstPorts;
  readonly settings: Settings<User>;
  /** This tab's name. Random and never stored, so a duplicated tab has its own. */
  readonly tab: string;
  /** Names the lock, the channel and the database. */
  readonly topic: string;
  /** The record on disk; `undefined` where nothing may touch the disk. */
  readonly disk: RecordPort | undefined;
  readonly kernel: Kernel;
  announce: Emitter<User>["announce"];
  /** Shows what has changed and delivers what was announced. */
  changed(): void;
  user(): User | undefined;
  setUser(user: User | undefined): void;
  /** Whether the server is being asked, again and again, if anybody is signed in. */
  setAsking(asking: boolean): void;
}

/** What the procedures of the engine work with. */
export interface Context<User> extends ShellContext<User>, Pick<Intake, "seek" | "look" | "adopt"> {
  readonly platform: Platform;
  readonly convention: ServerConvention<User>;
  /** Of the key that tokens are bound to, where they are in this page. */
  readonly proof: Proof | undefined;
  readonly store: Store;
  readonly vault: Vault;
  readonly ask: Ask<User>;
  readonly exclusive: Exclusive;
  /** Whether a session goes on here. */
  live(): boolean;
  /** Whether that of `epoch` does. */
  goesOn(epoch: number | undefined): boolean;
  /** Aborts when the session ends here, when the page is suspended and when the session object is destroyed. */
  signal(): AbortSignal;
  /** Resolves when the page is not suspended; rejects when there is no session any more. */
  awake(): Promise<void>;
  post(type: "changed" | "ended", record: { epoch: number; sequence: number }, reason?: EndReason): void;
}

/**
 * Writes through the store, tells the core, and lets the other tabs look. Resolves with whether it applied. `written`:
 * what is to be known, if it did, as the core is told: nothing comes between the two.
 */
export async function commit<User>(
  cx: Context<User>,
  change: (record: SharedRecord | undefined) => SharedRecord | undefined,
  origin: Origin = "this-tab",
  written?: () => void,
): Promise<boolean> {
  const { record, done } = await cx.store.commit(change);
  if (done) {
    cx.vault.kept();
    written?.();
  }
  cx.adopt(record, done ? origin : "other-tab");
  // An activity that came too late ends the session in the transaction: then this is the word of the end.
  if (done && record) cx.post(record.live ? "changed" : "ended", record, record.end?.reason);
  return done;
}

/** The server could not answer, or would not: all tabs wait, together. `at`: who asked, where it counts for nobody else. */
export async function cool<User>(
  cx: Context<User>,
  retryAfter: number | undefined,
  what: Pick<Failure, "claim" | "attempt"> = {},
  at?: Position,
): Promise<void> {
  const { wall } = cx.kernel.moment();
  const random = cx.platform.random.number();
  await commit(cx, (r) => r && failed(r, at ?? r, { ...what, wall, random, retryAfter }));
}

export const isRejection = (error: unknown): error is SessionError =>
  isSessionError(error) && error.code === "ERR_REJECTED";

/** There was no token to ask with. */
export const isSpent = (error: unknown): error is SessionError =>
  isSessionError(error) && error.code === "ERR_NO_CREDENTIAL";

export function endedError(reason: EndReason): SessionError {
  return new SessionError("ERR_SESSION_ENDED", `The session has ended (${reason}).`, { reason });
}
