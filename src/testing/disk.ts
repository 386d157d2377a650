import type { RecordPort } from "../platform/platform.js";
import type { Chance, Span } from "./chance.js";
import type { Gate } from "./gate.js";
import type { Timeline } from "./timeline.js";

/** One use of the storage by a tab. */
export interface StorageUse {
  readonly tab: string;
  readonly kind: "read" | "update";
}

/**
 * What can become of a use of the storage: no answer ever, an error, an answer so many ms late, or a write that is said
 * to have worked and has not.
 */
export type StorageTrouble = "hang" | "error" | "lie" | { readonly delay: number };

/** IndexedDB as all tabs of a world see it. It survives every tab. */
export interface Disk {
  /** How long one step of a use takes, in ms: a read is one, an update two. @default [0.2, 3] */
  delay: Span;
  /** Asked for every use. @default no trouble */
  trouble: ((use: StorageUse) => StorageTrouble | undefined) | undefined;
  /** What is stored under a name (`sojourn.default` unless the session has one): the record, or a value beside it. */
  read(name: string, value?: string): unknown;
  /** Writes as somebody else; `undefined` deletes. */
  write(name: string, value: unknown): void;
  /** Deletes everything, as `Clear-Site-Data` or an eviction does. */
  clear(): void;
  /** How many connections are open, of one tab or of all. */
  open(tab?: string): number;
}

/** The disk, and the port of a tab to it. */
export function createDisk(timeline: Timeline, chance: Chance) {
  const values = new Map<string, unknown>();
  const key = (name: string, value?: string) => (value === undefined ? name : `${name} ${value}`);
  /** Tab by record that is in use. */
  const connections = new Map<object, string>();

  const disk: Disk = {
    delay: [0.2, 3],
    trouble: undefined,
    read: (name, value) => structuredClone(values.get(key(name, value))),
    write(name, value) {
      if (value === undefined) values.delete(name);
      else values.set(name, structuredClone(value));
    },
    clear: () => values.clear(),
    open: (tab) => [...connections.values()].filter((of) => tab === undefined || of === tab).length,
  };

  /** One step: after a while, in the tab. */
  const step = (gate: Gate, extra: number) =>
    new Promise<void>((resolve) => {
      timeline.after(extra + chance.within(disk.delay), () => gate.enter(resolve));
    });

  const port =
    (tab: string, gate: Gate) =>
    (name: string): RecordPort => {
      const connection = {};
      async function use(kind: StorageUse["kind"]): Promise<StorageTrouble | undefined> {
        const trouble = disk.trouble?.({ tab, kind });
        if (gate.gone || trouble === "hang") return new Promise(() => {});
        connections.set(connection, tab);
        await step(gate, typeof trouble === "object" ? trouble.delay : 0);
        if (trouble === "error") throw new DOMException("The connection was lost.", "UnknownError");
        return trouble;
      }
      return {
        async read(_fresh, value) {
          await use("read");
          return disk.read(name, value);
        },
        async update(change, beside) {
          const trouble = await use("update");
          // Atomic: nothing comes between what `change` is given and what is stored.
          const next = change(disk.read(name));
          if (trouble !== "lie") disk.write(name, next);
          beside?.((value, it) => {
            if (trouble !== "lie") disk.write(key(name, value), it);
          });
          await step(gate, 0);
        },
        close: () => void connections.delete(connection),
      };
    };

  return {
    disk,
    port,
    /** The tab is gone. */
    leave(tab: string) {
      for (const [connection, of] of connections) if (of === tab) connections.delete(connection);
    },
  };
}
