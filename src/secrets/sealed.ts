import type { CipherPort, RandomPort, RecordPort } from "../platform/platform.js";
import { inTime } from "../shell/in-time.js";
import { openVault as handedOver } from "./hand-over.js";
import { type Elsewhere, type Held, memoryVault } from "./memory.js";
import {
  type Credential,
  type Deposit,
  type Place,
  placeOf,
  samePlace,
  sameSession,
  type Vault,
  type VaultContext,
} from "./vault.js";

const KEY = "key";
const TOKENS = "tokens";

/** What lies beside the record: one key for one epoch, and the tokens of its newest sequence. */
interface Stored extends Place {
  readonly key: unknown;
  readonly sealed: unknown;
}

const about = (sequence: number) => `sojourn tokens ${sequence}`;

/**
 * Tokens as AES-GCM ciphertext on the disk that all tabs share, under a key of the epoch that cannot be exported. They
 * are written in the transaction that writes the record, so what is there belongs to it; the end of an epoch deletes
 * key and tokens in the transaction that puts it on record.
 */
function createSealed(
  cipher: CipherPort,
  random: RandomPort,
  disk: RecordPort,
  read: <T>(reading: Promise<T>) => Promise<T>,
): Elsewhere {
  /** The key of this epoch, as far as this tab knows it. */
  let known: (Place & { readonly key: unknown }) | undefined;
  /** Tokens that are still to be written. */
  let next: Stored | undefined;

  async function readKey({ epoch }: Place): Promise<unknown> {
    const stored = (await read(disk.read(true, KEY))) as { epoch?: unknown; key?: unknown } | undefined;
    return stored?.epoch === epoch ? stored.key : undefined;
  }

  return {
    async find(record): Promise<Held | undefined> {
      const [found, key] = await Promise.all([read(disk.read(true, TOKENS)), readKey(record)]);
      const stored = found as Stored | undefined;
      const { epoch, sequence } = record;
      if (!stored || !samePlace(stored, record)) return undefined;
      const text = key === undefined ? undefined : await cipher.open(key, stored.sealed, about(sequence));
      if (text === undefined) return undefined;
      known = { key, ...placeOf(record) };
      return { credential: JSON.parse(text) as Credential, at: { epoch, sequence } };
    },
    async prepare(credential, after): Promise<Deposit> {
      const mine = after && known && sameSession(known, after) ? known.key : undefined;
      // A disk that does not answer costs no tokens: another key is as good, it is written with them.
      const same = mine ?? (after && (await readKey(after).catch(() => undefined)));
      const key = same ?? (await cipher.key());
      const sequence = after ? after.sequence + 1 : 0;
      const sealed = await cipher.seal(key, JSON.stringify(credential), about(sequence));
      return { credential, prefix: random.id(), seal: { key, sealed } };
    },
    keep({ seal }, at) {
      const { key, sealed } = seal as Stored;
      known = { key, ...placeOf(at) };
      next = { ...known, sealed };
    },
    beside(record, put) {
      if (!record.live) {
        put(KEY, undefined);
        put(TOKENS, undefined);
      } else if (next && samePlace(next, record)) {
        const { key, ...tokens } = next;
        put(KEY, { epoch: tokens.epoch, key });
        put(TOKENS, tokens);
      }
    },
    kept() {
      next = undefined;
    },
    forget() {
      known = undefined;
      next = undefined;
    },
  };
}

/** Tokens sealed on disk; where nothing can be sealed, in the memory of this page. */
export function openVault(cx: VaultContext): Vault {
  const { cipher, disk, platform } = cx;
  if (!cipher || !disk) return handedOver(cx);
  const sealed = createSealed(cipher, platform.random, disk, (it) => inTime(platform.clock, 1000, it));
  return memoryVault(() => sealed);
}
