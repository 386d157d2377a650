import fc from "fast-check";
import { expect, test } from "vitest";
import { parseRecord } from "../../src/core/record.js";
import { initialState } from "../../src/core/state.js";
import { dueAt, transition } from "../../src/core/transition.js";
import { active, policy, when } from "../core/support.js";
import { record, wellFormed } from "./records.js";
import { anything, holds, nearly } from "./support.js";

test("a record that was stored is the record that is read", () => {
  holds(0.2, record, (stored) => {
    expect(parseRecord(structuredClone(stored))).toEqual(stored);
  });
});

// What IndexedDB and a channel bring is a structured clone: it has no getters.
test("S11 whatever else is stored, it is no record, or it has all that one must have", () => {
  holds(
    0.6,
    fc.oneof({ weight: 3, arbitrary: nearly(record) }, { weight: 1, arbitrary: anything }),
    (stored) => {
      const read = parseRecord(stored);
      if (read !== undefined) wellFormed(read);
    },
  );
});

test("S11 whatever a record says, a tab that adopts it knows all its instants, and when it will look again", () => {
  const tabs = fc.constantFrom(initialState, active, { ...initialState, status: "signed-out" as const });
  holds(0.2, fc.tuple(tabs, record), ([tab, read]) => {
    const input = { type: "record", record: read, origin: "other-tab", random: 0.5, ...when(0) } as const;
    const [state] = transition(tab, input, policy);
    for (const [name, value] of Object.entries(state)) expect(value, name).not.toBeNaN();
    expect(dueAt(state, policy, when(0).now)).toBeGreaterThan(when(0).now);
  });
});
