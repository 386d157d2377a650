import { over, type SharedRecord } from "../core/record.js";
import type { EndReason } from "../core/state.js";
import type { Credential } from "../secrets/memory.js";
import { type Context, isRejection } from "./context.js";

export interface Ending {
  /** The core has ended the session of `epoch`: put it on record, tell the tabs, tell the server. */
  finish(epoch: number, reason: EndReason, spent: Credential): Promise<boolean>;
  /** Tells the server of an end that it has not confirmed. */
  tell(record: SharedRecord | undefined, spent?: Credential): Promise<boolean>;
  /** The network is back: tells the server now what it could not be told. */
  retry(): void;
}

/** A sign-out does not wait long for a refresh in flight: its result is fenced off already. */
const LOCK_PATIENCE = 1000;

export function createEnding<User>(cx: Context<User>): Ending {
  const { kernel, store, settings, platform } = cx;
  const { end } = settings.convention;

  /** The server is told under the lock, so that no refresh overlaps; `keepalive` lets it outlive the page. */
  async function send(credential: Credential | undefined): Promise<boolean> {
    const signal = new AbortController().signal;
    const ask = () =>
      cx.ask("end", { signal, credential }).then(
        () => true,
        // A session that the server refuses is over there too.
        (error) => isRejection(error),
      );
    const confirmed = await cx.exclusive(ask, { patience: LOCK_PATIENCE, signal });
    return confirmed === true || (confirmed !== false && (await ask()));
  }

  async function tell(record: SharedRecord | undefined, spent?: Credential): Promise<boolean> {
    if (!record?.end || record.end.confirmed) return true;
    const confirmed = !end || (await send(spent));
    if (confirmed) {
      // Written whole: a reply with `Clear-Site-Data` has just emptied the storage.
      const { record: now } = await store.commit((r) =>
        r && r.epoch === record.epoch && r.end ? { ...r, end: { ...r.end, confirmed } } : undefined,
      );
      cx.adopt(now);
    }
    return confirmed;
  }

  let retry = () => {};
  /** The network may come back before the page goes: a few tries; the next start tries again. */
  function later(record: SharedRecord, spent: Credential, delay: number) {
    retry = () => {
      retry = () => {};
      cancel();
      if (kernel.state().record?.epoch === record.epoch)
        void tell(record, spent).then((told) => told || later(record, spent, delay * 3));
    };
    const cancel = delay < 120_000 ? platform.clock.timer(delay, () => retry()) : () => {};
  }

  return {
    tell,
    retry: () => retry(),
    async finish(epoch, reason, spent) {
      // Told to the tabs first: nothing may make them wait for storage or for the network.
      cx.post("ended", { epoch: epoch + 1, sequence: 0 }, reason);
      // What the server ended needs no telling.
      const known = reason === "rejected" || reason === "replaced";
      const { done, record } = await store.commit((r) => over(r, epoch, reason, known));
      cx.adopt(record);
      if (!done || !record) return true;
      cx.post("changed", record);
      const confirmed = await tell(record, spent);
      if (!confirmed) later(record, spent, 2000);
      return confirmed;
    },
  };
}
