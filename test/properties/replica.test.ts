import fc from "fast-check";
import { expect, test } from "vitest";
import type { SharedRecord } from "../../src/core/record.js";
import { createReplica } from "../../src/shell/replica.js";
import { record, wellFormed } from "./records.js";
import { anything, holds, nearly } from "./support.js";

const sender = fc.string();
const to = fc.constantFrom(undefined, "this", "another");
const said = fc.oneof(
  fc.record({ v: fc.constant(1), type: fc.constant("ask"), sender, to, record: fc.constant(undefined) }),
  fc.record({ v: fc.constant(1), type: fc.constant("facts"), sender, to, record }),
);

const still = { wall: () => 1_700_000_000_000, mono: () => 0, timer: () => () => {} };

/** A tab without storage, and what it says. */
function tab(own?: SharedRecord) {
  const says: unknown[] = [];
  const replica = createReplica(
    still,
    "this",
    (message) => says.push(message),
    () => own,
  );
  return { replica, says };
}

test("what one tab without storage says of the session, another one hears", () => {
  holds(0.2, record, (own) => {
    const { replica, says } = tab(own);
    replica.hear({ v: 1, type: "ask", sender: "another" });
    expect(tab().replica.hear(structuredClone(says[0]))).toEqual({ record: own });
  });
});

test("S11 whatever a tab without storage hears, it does not throw, and believes and passes on nothing but records", () => {
  holds(
    0.8,
    fc.tuple(
      fc.option(record, { nil: undefined }),
      fc.oneof({ weight: 3, arbitrary: nearly(said) }, { weight: 1, arbitrary: anything }),
    ),
    ([own, heard]) => {
      const { replica, says } = tab(own);
      const taken = replica.hear(heard);
      if (taken?.record) wellFormed(taken.record);
      // What it would tell the next one who asks.
      replica.hear({ v: 1, type: "ask", sender: "another" });
      expect(says.length).toBeGreaterThan(0);
      for (const it of says as { record: SharedRecord | undefined }[]) if (it.record) wellFormed(it.record);
    },
  );
});
