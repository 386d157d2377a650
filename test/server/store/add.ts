// Adds to a counter, in a process of its own: `add.ts <lmdb|redis> <where> <prefix> <key> <times>`, once it is told to.

import { once } from "node:events";
import { openElsewhere } from "./drivers.js";

const [kind = "", where = "", prefix = "", key = "", times = ""] = process.argv.slice(2);
const store = await openElsewhere(kind, where, prefix);
process.send?.("ready");
await once(process, "message");
await Promise.all(
  Array.from({ length: Number(times) }, () =>
    store.update<number, void>(key, (current = 0) => ({ put: current + 1, result: undefined })),
  ),
);
await store.close();
process.disconnect();
