import { after, type Position, type SharedRecord } from "../core/record.js";
import { isLive, type Origin } from "../core/state.js";
import type { Clock } from "../platform/platform.js";
import { sameSession, type Vault } from "../secrets/vault.js";
import type { ShellContext } from "./context.js";
import { pause } from "./pause.js";
import type { Store } from "./store.js";

/** How this tab takes in what is on record: with its tokens, or not at all. */
export interface Intake {
  /**
   * Reads the record, and looks for its tokens where they are not here. `fresh`: not what a hint brought, but what every
   * tab has written.
   */
  seek(fresh?: boolean): Promise<SharedRecord | undefined>;
  /** Reads the record and tells the core. */
  look(): Promise<void>;
  /** Feeds a record to the core. */
  adopt(record: SharedRecord | undefined, origin?: Origin): void;
  /** What is said to be of a newer session than the one that is known. */
  ahead(said: Position | undefined): boolean;
  /**
   * A tab without storage, or for one, says that it knows more. It is not believed, but it is a reason to look, and to
   * `ask` the server: as much as 25 looks, for that can be forged, too.
   */
  doubt(said: SharedRecord | undefined, ask: () => Promise<unknown>): Promise<void>;
}

export function createIntake<User>(
  { kernel, settings, ports, user, setUser }: ShellContext<User>,
  clock: Clock,
  store: Store,
  vault: Vault,
  signal: () => AbortSignal,
): Intake {
  const now = () => kernel.moment().now;
  const known = () => kernel.state().record;
  const live = () => isLive(kernel.state());

  async function seek(fresh?: boolean) {
    const record = await store.read(fresh);
    if (foreign(record)) await vault.find(record);
    return record;
  }

  let looking: Promise<void> | undefined;
  let overtaken = false;
  let spent = 0;
  function look(): Promise<void> {
    overtaken = !!looking;
    looking ??= read().finally(() => {
      looking = undefined;
      if (overtaken) void look();
    });
    return looking;
  }
  /**
   * A hint that comes while the record is read makes the reading worth nothing: it is read again. But anybody of the
   * origin can post hints: after 50 at once the record is read every 10 ms, and what was read counts.
   */
  async function read(): Promise<void> {
    spent = Math.max(spent, now() - 500) + 10;
    const calm = spent <= now();
    if (!calm) await pause(clock, 10);
    overtaken = false;
    const record = await seek();
    if (overtaken && calm) return read();
    adopt(record, "other-tab", true);
  }

  /** Live, and its tokens are not here. Of what has ended here they are not wanted: it may be that this is not on record yet. */
  const foreign = (record: SharedRecord | undefined): record is SharedRecord =>
    !!record?.live && record.epoch > kernel.state().over && !vault.usable(record);

  /** A session whose tokens are neither here nor anywhere that was looked for them is none here. */
  function adopt(record: SharedRecord | undefined, origin: Origin = "other-tab", sought = false) {
    // What comes in while the page is suspended is old when it is shown again: that begins with a look.
    if (signal().aborted) return;
    let found = record;
    if (foreign(record)) {
      if (!sought) return void vault.find(record).then(() => adopt(record, undefined, true));
      const at = known() as SharedRecord;
      if (!live() || sameSession(at, record) || after(at, record)) return;
      // A newer one, or one that came to the same numbers in storage that was cleared: somebody else's, here.
      found = { ...record, subject: "" };
      vault.take(at.epoch, false);
    }
    kernel.dispatch({ type: "record", record: found, origin, random: ports.random.number() });
    const told = live() && user() === undefined ? vault.read(known()).user : undefined;
    if (told !== undefined) setUser(told as User);
  }

  const ahead = (said: Position | undefined) => !!said && said.epoch > (known()?.epoch ?? 0);

  return {
    seek,
    look,
    adopt,
    ahead,
    async doubt(said, ask) {
      const at = known();
      // Of the same session, too: what answers a question may come when nobody waits for it any more.
      if (said && (!at || after(said, at))) await look();
      if (!ahead(said) || !settings.policy.canPeek || spent > now()) return;
      spent += 250;
      await ask();
    },
  };
}
