import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { RecordPort } from "../../src/platform/platform.js";
import { record } from "../../src/platform/record.js";

let name = "";
let count = 0;
const ports: RecordPort[] = [];
/** The record of one tab: a connection of its own. */
const tab = () => {
  const port = record(name);
  ports.push(port);
  return port;
};

beforeEach(() => {
  name = `sojourn.test-${++count}`;
});
afterEach(() => {
  for (const port of ports.splice(0)) port.close();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

/** Resolves with whether another tab stood in the way. */
const drop = () =>
  new Promise<"deleted" | "blocked">((resolve, reject) => {
    const request = indexedDB.deleteDatabase(name);
    request.onblocked = () => resolve("blocked");
    request.onsuccess = () => resolve("deleted");
    request.onerror = () => reject(request.error);
  });

/** The connections that are opened from now on. */
function connections(): IDBDatabase[] {
  const opened: IDBDatabase[] = [];
  const open = indexedDB.open.bind(indexedDB);
  vi.spyOn(indexedDB, "open").mockImplementation((...args) => {
    const request = open(...args);
    request.addEventListener("success", () => opened.push(request.result));
    return request;
  });
  return opened;
}

test("nothing is stored at first", async () => {
  expect(await tab().read()).toBeUndefined();
});

test("what one tab writes another one reads, as a copy, with what never comes", async () => {
  const value = { v: 1, absoluteAt: Number.POSITIVE_INFINITY, intent: null, end: { reason: "idle" } };
  await tab().update(() => value);
  const found = await tab().read();
  expect(found).toEqual(value);
  expect(found).not.toBe(value);
});

test("a change is given what is stored now, and may store nothing", async () => {
  const port = tab();
  const seen: unknown[] = [];
  for (const next of ["first", "second", undefined])
    await port.update((stored) => {
      seen.push(stored);
      return next;
    });
  expect(seen).toEqual([undefined, "first", "second"]);
  expect(await port.read()).toBeUndefined();
});

test("T3 an update is atomic: no tab writes between what another one reads and writes", async () => {
  const tabs = [tab(), tab(), tab()];
  const add = (stored: unknown) => ((stored as number | undefined) ?? 0) + 1;
  await Promise.all(Array.from({ length: 30 }, (_, i) => tabs[i % 3].update(add)));
  expect(await tab().read()).toBe(30);
});

test("an update has been written when it resolves", async () => {
  const [one, other] = [tab(), tab()];
  await other.read();
  for (let i = 0; i < 10; i++) {
    await one.update(() => i);
    expect(await other.read()).toBe(i);
  }
});

test("every session has a database of its own", async () => {
  await tab().update(() => "here");
  expect(await record(`${name}-other`).read()).toBeUndefined();
});

test("the connection is opened at the first use, and once", async () => {
  const open = vi.spyOn(indexedDB, "open");
  const port = tab();
  expect(open).not.toHaveBeenCalled();
  await Promise.all([port.read(), port.read(), port.update(() => 1)]);
  await port.read();
  expect(open.mock.calls).toEqual([[name]]);
});

test("F35 a closed port holds nothing open, and opens again at its next use", async () => {
  const opened = connections();
  const port = tab();
  await port.update(() => "kept");
  port.close();
  await vi.waitUntil(() => isClosed(opened[0]));
  expect(await port.read()).toBe("kept");
  expect(opened).toHaveLength(2);
});

const isClosed = (db: IDBDatabase) => {
  try {
    db.transaction("session");
    return false;
  } catch (error) {
    return (error as DOMException).name === "InvalidStateError";
  }
};

test("F35 a port that is closed before it was open holds nothing open either", async () => {
  const opened = connections();
  const port = tab();
  const reading = port.read();
  port.close();
  await expect(reading).rejects.toThrow();
  expect(opened.map(isClosed)).toEqual([true]);
  expect(await port.read()).toBeUndefined();
});

test("closing a port that was never used, or twice, is nothing", async () => {
  const port = tab();
  port.close();
  await port.read();
  port.close();
  port.close();
  expect(await port.read()).toBeUndefined();
});

test("a tab does not stand in the way of another that deletes or upgrades: it lets go and opens again", async () => {
  const opened = connections();
  const port = tab();
  await port.update(() => "gone");
  expect(await drop()).toBe("deleted");
  expect(opened.map(isClosed)).toEqual([true]);
  expect(await port.read()).toBeUndefined();
});

/** "Connection to Indexed Database server lost": https://bugs.webkit.org/show_bug.cgi?id=197050 */
const lose = (db: IDBDatabase) => {
  db.close();
  db.onclose?.(new Event("close"));
};

test("F34 a connection that the browser lost is opened again", async () => {
  const opened = connections();
  const port = tab();
  await port.update(() => "kept");
  lose(opened[0]);
  expect(await port.read()).toBe("kept");
  expect(opened).toHaveLength(2);
});

test("F7 F34 nothing listens any more to a connection that was lost or closed: the browser may never let go of it", async () => {
  const opened = connections();
  const listeners = () => opened.map(({ onclose, onversionchange }) => [!!onclose, !!onversionchange]);
  const port = tab();
  await port.read();
  expect(listeners()).toEqual([[true, true]]);
  lose(opened[0]);
  await port.read();
  port.close();
  await vi.waitUntil(() => isClosed(opened[1]));
  const none = [false, false];
  expect(listeners()).toEqual([none, none]);
  const reading = port.read();
  port.close();
  await expect(reading).rejects.toThrow();
  expect(listeners()).toEqual([none, none, none]);
});

test("F34 an old connection that is lost late does not take the new one along", async () => {
  const opened = connections();
  const port = tab();
  await port.read();
  port.close();
  await port.read();
  lose(opened[0]);
  await port.read();
  expect(opened).toHaveLength(2);
});

test("a tab that waits for another to let go of the storage gets it then", async () => {
  const old = await new Promise<IDBDatabase>((resolve) => {
    const request = indexedDB.open(name, 1);
    request.onsuccess = () => resolve(request.result);
  });
  expect(await drop()).toBe("blocked");
  const reading = tab().read();
  old.close();
  expect(await reading).toBeUndefined();
});

test("F32 a storage that cannot be opened rejects, and may be tried again after closing", async () => {
  const open = vi.spyOn(indexedDB, "open").mockImplementationOnce(() => {
    throw new DOMException("The operation is insecure.", "SecurityError");
  });
  const port = tab();
  await expect(port.read()).rejects.toThrow("insecure");
  port.close();
  expect(await port.read()).toBeUndefined();
  expect(open).toHaveBeenCalledTimes(2);
});

test("F32 an open that fails later rejects, and may be tried again after closing", async () => {
  const open = indexedDB.open.bind(indexedDB);
  vi.spyOn(indexedDB, "open").mockImplementationOnce((given) => {
    // An older version than the one that is there.
    const request = open(given, 7);
    request.addEventListener("upgradeneeded", () => request.transaction?.abort());
    return request;
  });
  const port = tab();
  await expect(port.update(() => 1)).rejects.toThrow();
  port.close();
  await port.update(() => 2);
  expect(await port.read()).toBe(2);
});

test("F36 where there is no storage at all, or touching it throws, an operation rejects and nothing throws", async () => {
  for (const get of [
    () => undefined,
    () => {
      throw new DOMException("Access is denied.", "SecurityError");
    },
  ]) {
    const before = Object.getOwnPropertyDescriptor(globalThis, "indexedDB") as PropertyDescriptor;
    Object.defineProperty(globalThis, "indexedDB", { get, configurable: true });
    try {
      const port = record(name);
      await expect(port.read()).rejects.toThrow();
      await expect(port.update(() => 1)).rejects.toThrow();
      port.close();
    } finally {
      Object.defineProperty(globalThis, "indexedDB", before);
    }
  }
});

test("what cannot be stored is not: the update rejects and the record stays", async () => {
  const port = tab();
  await port.update(() => "kept");
  await expect(port.update((stored) => ({ stored, run: () => {} }))).rejects.toThrow();
  expect(await tab().read()).toBe("kept");
});
