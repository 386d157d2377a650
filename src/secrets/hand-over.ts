import type { Position, SharedRecord } from "../core/record.js";
import type { CipherPair, CipherPort, Platform } from "../platform/platform.js";
import { type Elsewhere, type Held, memoryVault } from "./memory.js";
import {
  type Credential,
  type Deposit,
  type Place,
  sameSession,
  type Vault,
  type VaultContext,
} from "./vault.js";

/** How long to wait for a tab that has the tokens; a message takes well under a millisecond. */
const PATIENCE = 150;
/** And once one has answered too late: the machine is busy. */
const BUSY = 2000;
/** How often that begins anew, because somebody else was answered: so many may be before this tab in the queue. */
const TURNS = 50;

/** "Who has the tokens of this session?", with a key to seal them for. */
interface Wanted extends Position {
  readonly v: 1;
  readonly type: "wanted";
  readonly sender: string;
  readonly key: unknown;
}

/** Tokens, sealed for one tab that asked (`to`), or for all that have the key of the session. */
interface Handed extends Position {
  readonly v: 1;
  readonly type: "handed";
  readonly sender: string;
  readonly to: string;
  readonly key?: unknown;
  readonly sealed: unknown;
}

/** What the tabs of one session have in common, from its beginning to its end. */
interface Group {
  readonly secret: string;
  readonly key: Promise<unknown>;
  readonly prefix: string;
  epoch: number;
}

const isHandOver = (data: unknown): data is Wanted | Handed => {
  const m = data as Wanted | Handed | null | undefined;
  return (
    m?.v === 1 &&
    (m.type === "wanted" || (m.type === "handed" && typeof m.to === "string")) &&
    Number.isSafeInteger(m.epoch) &&
    Number.isSafeInteger(m.sequence) &&
    typeof m.sender === "string"
  );
};

/** What a seal is for: it opens as nothing else. */
const about = ({ epoch, sequence, sender, to }: Position & { sender: string; to: string }) =>
  `sojourn ${epoch} ${sequence} ${sender} ${to}`;

/** What was sealed. Where only a tab of the session can have sealed it, it is what it says. */
const unpack = (text: string | undefined) =>
  text === undefined ? undefined : (JSON.parse(text) as { credential: Credential; secret?: string });

const heldAt = ({ credential }: { credential: Credential }, { epoch, sequence }: Position): Held => ({
  credential,
  at: { epoch, sequence },
});

const notBefore = (a: Place, b: Place) => sameSession(a, b) && a.sequence >= b.sequence;

/**
 * Tabs hand the tokens of their session to one another, over a channel that carries nothing in the clear. Whoever asks
 * sends the public half of a key pair made for this page (ECDH P-256); the answer is sealed for it (HKDF, AES-GCM) and
 * holds the key of the group, too. With that key every renewal is sealed for all tabs at once. A session's prefix is the
 * hash of its group secret: who does not know the secret cannot pass tokens of their own off as the session's.
 */
export function createHandOver(
  {
    platform,
    cipher,
    tab,
    post,
    look,
  }: Pick<VaultContext, "cipher" | "tab"> & {
    post(message: Wanted | Handed): void;
    /** Tokens that were not found may be found now. */
    look?(): void;
    readonly platform: Pick<Platform, "clock" | "random" | "hash">;
  },
  held: () => Held | undefined,
): Elsewhere {
  const { clock, random, hash } = platform;
  let group: Group | undefined;
  let pair: Promise<CipherPair> | undefined;
  /** The newest renewal that came unasked. It is opened when it is needed. */
  let letter: Handed | undefined;
  let waiting: ((answer: Handed) => Promise<void>) | undefined;
  let patience = PATIENCE;
  /** Somebody has them, and is busy answering others. */
  let wait: (() => void) | undefined;
  /** One after the other: the first answers tell the rest that there will be more. */
  let answers = Promise.resolve();
  /** Who has been answered, by whomever, since they asked. */
  const open = new Set<string>();

  const groupOf = (secret: string, prefix: string, epoch: number): Group => ({
    secret,
    prefix,
    epoch,
    key: (cipher as CipherPort).key(secret),
  });

  async function readLetter(at: Place): Promise<Held | undefined> {
    const it = letter;
    if (!cipher || !it || !group || !sameSession(group, at) || !notBefore(it, at)) return undefined;
    const found = unpack(await cipher.open(await group.key, it.sealed, about(it)));
    // Forged, or sealed by who did not have this tab's key.
    if (!found && letter === it) letter = undefined;
    return found && heldAt(found, it);
  }

  /** Not what the key is made of: a prefix is no secret. */
  const nameOf = (secret: string) => hash(`the name of ${secret}`);

  /** The newest that this tab can have without asking. */
  async function newest(at: Place): Promise<Held | undefined> {
    const mine = held();
    return mine && notBefore(mine.at, at) ? mine : readLetter(at);
  }

  async function answer(wanted: Wanted) {
    if (!open.has(wanted.sender)) return;
    const mine = await newest(wanted);
    if (!cipher || !mine || group?.epoch !== mine.at.epoch) return;
    const { secret } = group;
    pair ??= cipher.pair();
    const { told, agree } = await pair;
    const message = { v: 1, type: "handed", ...mine.at, sender: tab, to: wanted.sender } as const;
    const key = await agree(wanted.key, about(message));
    const text = JSON.stringify({ secret, credential: mine.credential });
    const sealed = await cipher.seal(key, text, about(message));
    // One answer will do.
    if (open.delete(wanted.sender)) post({ ...message, key: told, sealed });
  }

  async function ask(record: SharedRecord): Promise<Held | undefined> {
    if (!cipher) return undefined;
    pair ??= cipher.pair();
    const { told, agree } = await pair;
    const { epoch, sequence, prefix } = record;
    return new Promise((resolve) => {
      const finish = (found?: Held) => {
        cancel();
        waiting = wait = undefined;
        resolve(found);
      };
      let turns = TURNS;
      let cancel = clock.timer(patience, finish);
      wait = () => {
        if (turns-- <= 0) return;
        cancel();
        cancel = clock.timer(patience, finish);
      };
      waiting = async (it) => {
        if (!notBefore(it, record)) return;
        const key = await agree(it.key, about(it));
        const found = unpack(await cipher.open(key, it.sealed, about(it)));
        if (!found) return;
        const { secret } = found;
        // Anybody can seal something for this tab. Only the session's own tabs know its secret.
        if (!secret || (await nameOf(secret)) !== prefix) return;
        // Nor is the key of a session wanted any more that this tab has begun a newer one since.
        if (group && group.epoch > epoch) return;
        if (group?.secret !== secret) group = groupOf(secret, prefix, epoch);
        finish(heldAt(found, it));
      };
      post({ v: 1, type: "wanted", epoch, sequence, sender: tab, key: told });
    });
  }

  return {
    find: async (record) => (await newest(record)) ?? ask(record),
    async prepare(credential, after): Promise<Deposit> {
      const known = after && group?.epoch === after.epoch;
      if (known || !cipher) return { credential, prefix: random.id(), seal: group };
      const secret = random.id() + random.id();
      const prefix = (await nameOf(secret)) ?? random.id();
      return { credential, prefix, seal: groupOf(secret, prefix, 0) };
    },
    keep({ seal }, { epoch }) {
      group = seal as Group | undefined;
      if (group) group.epoch = epoch;
    },
    async kept({ credential, at }) {
      const mine = group;
      // The first tokens of a session are given to who asks: nobody else has its key.
      if (!cipher || mine?.epoch !== at.epoch || !at.sequence) return;
      const message = { v: 1, type: "handed", ...at, sender: tab, to: "" } as const;
      const text = JSON.stringify({ credential });
      post({ ...message, sealed: await cipher.seal(await mine.key, text, about(message)) });
    },
    hear(data) {
      if (!isHandOver(data) || data.sender === tab) return;
      if (data.type === "wanted") {
        open.add(data.sender);
        answers = answers.then(() => answer(data)).catch(() => {});
      } else if (data.to === tab) {
        // Anybody can hand something over: what is no key, or no tokens, is no answer.
        if (waiting) waiting(data).catch(() => {});
        else {
          patience = BUSY;
          look?.();
        }
      } else if (data.to) {
        open.delete(data.to);
        wait?.();
      }
      // Nothing that was heard before is heard again.
      else if (!letter || !notBefore(letter, data)) letter = data;
    },
    forget() {
      group = undefined;
      letter = undefined;
    },
  };
}

/** Tokens in the memory of this page, handed over to the other tabs. */
export function openVault(cx: VaultContext): Vault {
  // Nothing may go over a channel in the clear: each tab is on its own then.
  if (!cx.cipher) cx.degraded();
  return memoryVault((held) => createHandOver(cx, held));
}
