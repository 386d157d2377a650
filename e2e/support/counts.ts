import type { Page } from "@playwright/test";

declare global {
  /** What this page has open just now. */
  var opened: { channels: number; databases: number };
}

/** Runs in a page before anything else: counts channels and databases as they are opened and closed. */
export function countWhatIsOpen(): void {
  const open = { channels: 0, databases: 0 };
  globalThis.opened = open;
  const closed = new WeakSet<object>();
  const once = (it: object, then: () => void) => {
    if (!closed.has(it)) then();
    closed.add(it);
  };

  const Channel = globalThis.BroadcastChannel;
  globalThis.BroadcastChannel = class extends Channel {
    constructor(name: string) {
      super(name);
      open.channels++;
    }
    override close() {
      once(this, () => open.channels--);
      super.close();
    }
  };

  const { open: openDatabase } = IDBFactory.prototype;
  IDBFactory.prototype.open = function (...args) {
    const request = openDatabase.apply(this, args);
    request.addEventListener("success", () => {
      open.databases++;
      request.result.addEventListener("close", () => once(request.result, () => open.databases--));
    });
    return request;
  };
  const { close } = IDBDatabase.prototype;
  IDBDatabase.prototype.close = function () {
    once(this, () => open.databases--);
    close.call(this);
  };
}

export interface Counts {
  readonly listeners: number;
  readonly nodes: number;
  readonly documents: number;
  readonly channels: number;
  readonly databases: number;
  /** Of the whole origin. */
  readonly locks: number;
  /** In bytes. */
  readonly heap: number;
}

/** What a page has and holds, garbage aside. */
export async function countsOf(page: Page): Promise<Counts> {
  const cdp = await page.context().newCDPSession(page);
  try {
    // What finalizers let go of is garbage only now.
    for (let round = 0; round < 2; round++) await cdp.send("HeapProfiler.collectGarbage");
    const { nodes, documents, jsEventListeners: listeners } = await cdp.send("Memory.getDOMCounters");
    const { usedSize: heap } = await cdp.send("Runtime.getHeapUsage");
    const inPage = await page.evaluate(async () => {
      const { held = [], pending = [] } = await navigator.locks.query();
      return { ...globalThis.opened, locks: held.length + pending.length };
    });
    return { listeners, nodes, documents, heap, ...inPage };
  } finally {
    await cdp.detach();
  }
}
