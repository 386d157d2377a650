import type { RecordPort } from "../platform/platform.js";
import { isKey, type Key, makeKey } from "./key.js";
import { createNeighbours, type Neighbours } from "./neighbours.js";

/** The key of a session, the same in every tab. */
export interface Keys {
  /** Made where there is none. */
  current(): Promise<Key>;
  /** That of the session that has just ended, for its last requests. */
  spent(): Promise<Key | undefined>;
  /** A session begins with the key of this tab, whatever the storage has. */
  begin(): void;
  /** Forgets the key here. `last`: in the storage, too. */
  end(last: boolean): void;
}

/** How long the storage may take before it counts as broken. */
const PATIENCE = 3000;

/**
 * Keeps the key in IndexedDB, as the object that it is: a `CryptoKey` is stored without anybody seeing what is in it.
 * The storage is closed after each use, for an open one keeps a page out of the back/forward cache. Where it fails, the
 * living tabs hand the key on: a tab with a key of its own would have the session's tokens refused.
 */
export function createKeys(name: string, given: RecordPort | undefined, degraded: () => void): Keys {
  let storage = given;
  let held: Promise<Key> | undefined;
  let ended: Promise<Key | undefined> | undefined;
  let neighbours: Neighbours | undefined;
  /** What is done to the storage, in order. */
  let queue: Promise<unknown> = Promise.resolve();

  /** `undefined` where the storage fails: connections get lost, so once more, and then never again. */
  async function tried<T>(action: (disk: RecordPort) => Promise<T>): Promise<T | undefined> {
    const disk = storage;
    if (!disk) return undefined;
    const attempt = () => {
      let timer: ReturnType<typeof setTimeout>;
      return new Promise<T>((resolve, reject) => {
        timer = setTimeout(reject, PATIENCE);
        action(disk).then(resolve, reject);
      }).finally(() => {
        clearTimeout(timer);
        disk.close();
      });
    };
    try {
      return await attempt().catch(attempt);
    } catch {
      storage = undefined;
      degraded();
      return undefined;
    }
  }
  function use<T>(action: (disk: RecordPort) => Promise<T>): Promise<T | undefined> {
    const done = queue.then(() => tried(action));
    queue = done;
    return done;
  }

  const stored = async (disk: RecordPort) => {
    const found = await disk.read();
    return isKey(found) ? found : undefined;
  };

  async function load(): Promise<Key> {
    neighbours ??= createNeighbours(
      name,
      () => held,
      (key) => {
        // Anybody of the origin can say so. Where there is a storage, what lies there counts.
        if (!storage) held = Promise.resolve(key);
      },
    );
    const found = await use(stored);
    if (found) return found;
    const fresh = await makeKey();
    // Two tabs may have got here: the transaction knows who was first.
    const kept = await use(async (disk) => {
      let first = fresh;
      await disk.update((now) => {
        first = isKey(now) ? now : fresh;
        return first;
      });
      return first;
    });
    return kept ?? (await neighbours.ask()) ?? fresh;
  }

  function current(): Promise<Key> {
    const mine = held ?? load();
    held = mine;
    mine.catch(() => {
      if (held === mine) held = undefined;
    });
    return mine;
  }

  return {
    current,
    spent: () => ended ?? use(stored),
    begin() {
      void current().then(async (key) => {
        const kept = await use(async (disk) => {
          await disk.update(() => key);
          return true;
        });
        if (!kept) neighbours?.tell(key);
      });
    },
    end(last) {
      const mine = held ?? use(stored);
      held = undefined;
      ended = mine;
      if (last)
        void mine.then((key) =>
          // The next session may have begun in another tab.
          use((disk) => disk.update((now) => (isKey(now) && now.id === key?.id ? undefined : now))),
        );
    },
  };
}
