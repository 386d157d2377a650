import type { CDPSession, Page } from "@playwright/test";

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

  // Chromium may never let go of a connection that was cut off: nothing may hang on it then.
  const gone = new WeakMap<IDBDatabase, () => void>();
  const { open: openDatabase } = IDBFactory.prototype;
  IDBFactory.prototype.open = function (...args) {
    const request = openDatabase.apply(this, args);
    const opened = () => {
      const { result } = request;
      const closed = () => {
        result.removeEventListener("close", closed);
        gone.delete(result);
        once(result, () => open.databases--);
      };
      open.databases++;
      result.addEventListener("close", closed);
      gone.set(result, closed);
    };
    request.addEventListener("success", opened, { once: true });
    return request;
  };
  const { close } = IDBDatabase.prototype;
  IDBDatabase.prototype.close = function () {
    gone.get(this)?.();
    close.call(this);
  };
}

export interface Counts {
  readonly listeners: number;
  readonly nodes: number;
  readonly documents: number;
  readonly channels: number;
  readonly databases: number;
  /** Of JavaScript. */
  readonly objects: number;
  /** In bytes, what is compiled included. */
  readonly heap: number;
}

async function objectsOf(cdp: CDPSession): Promise<number> {
  const { result } = await cdp.send("Runtime.evaluate", { expression: "Object.prototype" });
  const { objects } = await cdp.send("Runtime.queryObjects", { prototypeObjectId: `${result.objectId}` });
  const counted = await cdp.send("Runtime.callFunctionOn", {
    objectId: `${objects.objectId}`,
    functionDeclaration: "function () { return this.length; }",
  });
  return counted.result.value;
}

/** What a page has and holds, garbage aside. */
export async function countsOf(page: Page): Promise<Counts> {
  const cdp = await page.context().newCDPSession(page);
  try {
    // What finalizers let go of is garbage only now.
    for (let round = 0; round < 2; round++) await cdp.send("HeapProfiler.collectGarbage");
    const { nodes, documents, jsEventListeners: listeners } = await cdp.send("Memory.getDOMCounters");
    const { usedSize: heap } = await cdp.send("Runtime.getHeapUsage");
    const objects = await objectsOf(cdp);
    const inPage = await page.evaluate(() => globalThis.opened);
    return { listeners, nodes, documents, objects, heap, ...inPage };
  } finally {
    await cdp.detach();
  }
}
