import { promisifyRequest } from "idb-keyval";
import type { RecordPort } from "./platform.js";

const STORE = "session";
const KEY = "record";

/**
 * The record in IndexedDB, in a database of its own. The connection is opened at the first use and can be closed
 * and opened again: a page in the back/forward cache must hold none open, and browsers lose connections
 * (https://bugs.webkit.org/show_bug.cgi?id=197050). idb-keyval's own `get` and `update` would bring along its default
 * store, which can do neither.
 */
export function record(name: string): RecordPort {
  let opening: Promise<IDBDatabase> | undefined;

  /** Chromium never lets go of a connection that is cut off in the middle of a transaction, nor of its listeners. */
  const shut = (db: IDBDatabase) => {
    db.onclose = db.onversionchange = null;
    db.close();
  };

  const open = () => {
    if (opening) return opening;
    const request = indexedDB.open(name);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    const mine = promisifyRequest(request).then((db) => {
      db.onclose = db.onversionchange = () => {
        shut(db);
        if (opening === mine) opening = undefined;
      };
      // Closed before it was open.
      if (opening !== mine) shut(db);
      return db;
    });
    opening = mine;
    return mine;
  };

  const store = async (mode: IDBTransactionMode) =>
    (await open()).transaction(STORE, mode).objectStore(STORE);

  return {
    read: async (_fresh, name = KEY) => promisifyRequest((await store("readonly")).get(name)),
    async update(change, beside) {
      const writable = await store("readwrite");
      const reading = writable.get(KEY);
      reading.onsuccess = () => {
        writable.put(change(reading.result), KEY);
        beside?.((name, value) => writable.put(value, name));
      };
      // What `change` or a request throws aborts the transaction.
      await promisifyRequest(writable.transaction);
    },
    close() {
      const closing = opening;
      opening = undefined;
      closing?.then(shut, () => {});
    },
  };
}
