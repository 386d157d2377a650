import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openLmdb } from "../../../src/backend/store/lmdb.js";
import { openMemory } from "../../../src/backend/store/memory.js";
import { ManualClock, MINUTE } from "../support/clock.js";
import { temporaryFolder } from "../support/server.js";
import { storesKeepTheirWord } from "./conformance.js";

const { version } = JSON.parse(readFileSync("node_modules/lmdb/package.json", "utf8"));

storesKeepTheirWord({
  title: `lmdb ${version}`,
  shared: true,
  data: async () => {
    const path = join(await temporaryFolder(), "store");
    return { open: async (clock) => openLmdb(path, clock), elsewhere: ["lmdb", path, ""] };
  },
});

storesKeepTheirWord({
  title: "memory",
  shared: false,
  data: async () => ({ open: async (clock) => openMemory(clock), elsewhere: [] }),
});

test("lmdb: what was written is there when it is opened again", async () => {
  const path = join(await temporaryFolder(), "store");
  const before = openLmdb(path);
  await before.update("a/1", () => ({ put: 3, result: undefined }));
  await before.close();
  const after = openLmdb(path);
  expect(await after.get("a/1")).toBe(3);
  await after.close();
});

test("lmdb: what was swept away is off the disk: a clock that is set back brings nothing of it back", async () => {
  const clock = new ManualClock();
  const store = openLmdb(join(await temporaryFolder(), "store"), clock);
  const until = clock.now() + MINUTE;
  await store.update("a/1", () => ({ put: "x", until, result: undefined }));
  clock.advance(MINUTE);
  expect(await store.get("a/1")).toBeUndefined();
  clock.advance(-1);
  expect(await store.get("a/1")).toBe("x");
  clock.advance(1);
  await store.sweep();
  clock.advance(-1);
  expect(await store.get("a/1")).toBeUndefined();
  await store.close();
});
