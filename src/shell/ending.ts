import { over } from "../core/commit.js";
import type { SharedRecord } from "../core/record.js";
import type { EndReason } from "../core/state.js";
import type { Credential } from "../secrets/vault.js";
import { type Context, commit, isRejection } from "./context.js";

export interface Ending {
  /**
   * The session of `epoch` has ended here: puts that on record and tells, the tabs first, for nothing may make them
   * wait; the server last. Resolves with whether the server has confirmed it.
   */
  finish(epoch: number, reason: EndReason, spent: Credential): Promise<boolean>;
  /** Tells the server of an end that is on record and that it has not confirmed. Resolves with whether it has now. */
  tell(record: SharedRecord | undefined, spent?: Credential): Promise<boolean>;
  /** The server knows of the end that is on record. */
  confirm(record: SharedRecord | undefined): Promise<unknown>;
  /** The network is back: tells the server now what it could not be told. */
  retry(): void;
}

/** A sign-out does not wait long for a refresh in flight: its result is fenced off already. */
const LOCK_PATIENCE = 1000;

export function createEnding<User>(cx: Context<User>): Ending {
  const { kernel, store, platform } = cx;
  let retry = () => {};

  /** Under the lock, so that no refresh overlaps. */
  async function send({ epoch, marker }: SharedRecord, credential?: Credential): Promise<boolean> {
    const { signal } = new AbortController();
    const ask = async () => {
      // Somebody has signed in since: the cookies are theirs, and so would be the session that ends.
      if (!cx.vault.holds && (await store.read())?.epoch !== epoch) return false;
      return cx.ask("end", { signal, credential, marker }).then(
        () => true,
        // A session that the server refuses is over there too.
        (error) => isRejection(error),
      );
    };
    const told = await cx.exclusive(ask, { patience: LOCK_PATIENCE, signal });
    return typeof told === "boolean" ? told : ask();
  }

  async function tell(record: SharedRecord | undefined, spent?: Credential): Promise<boolean> {
    if (!record?.end || record.end.confirmed) return true;
    if (cx.convention.end && !(await send(record, spent))) return false;
    await confirm(record);
    return true;
  }

  async function confirm(record: SharedRecord | undefined) {
    if (!record?.end || record.end.confirmed) return;
    // Written whole: a reply with `Clear-Site-Data` has just emptied the storage.
    // Told to the tabs, too: the end may have been known to this tab's memory only.
    await commit(cx, (r) =>
      r && r.epoch === record.epoch && r.end ? { ...r, end: { ...r.end, confirmed: true } } : undefined,
    );
  }

  /** Tries a few times more while the server cannot be reached. */
  async function insist(record: SharedRecord, spent: Credential, delay = 2000): Promise<boolean> {
    const told = await tell(record, spent);
    if (!told) {
      // The next start of any tab tries again, too.
      const cancel = delay < 120_000 ? platform.clock.timer(delay, () => retry()) : () => {};
      retry = () => {
        retry = () => {};
        cancel();
        if (kernel.state().record?.epoch === record.epoch) void insist(record, spent, delay * 3);
      };
    }
    return told;
  }

  /** The end that is being written: a look at the record that came before it asks for it again. */
  let writing: { readonly epoch: number; readonly done: Promise<boolean> } | undefined;

  return {
    tell,
    confirm,
    retry: () => retry(),
    finish(epoch, reason, spent) {
      if (writing?.epoch === epoch) return writing.done;
      const done = write(epoch, reason, spent).finally(() => {
        if (writing?.done === done) writing = undefined;
      });
      writing = { epoch, done };
      return done;
    },
  };

  async function write(epoch: number, reason: EndReason, spent: Credential): Promise<boolean> {
    cx.post("ended", { epoch: epoch + 1, sequence: 0 }, reason);
    // What the server itself ended needs no telling.
    const told = reason === "rejected" || reason === "replaced";
    const { done, record } = await store.commit((r) => over(r, epoch, reason, told));
    cx.adopt(record);
    if (!done || !record) return true;
    cx.post("changed", record);
    return insist(record, spent);
  }
}
