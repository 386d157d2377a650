import fc from "fast-check";
import { expect, test } from "vitest";
import { parseMessage } from "../../src/core/message.js";
import { REASONS } from "./records.js";
import { anything, holds, nearly } from "./support.js";

const facts = {
  v: fc.constant(1),
  epoch: fc.maxSafeInteger(),
  sequence: fc.maxSafeInteger(),
  sender: fc.string(),
};
const message = fc.oneof(
  fc.record({ ...facts, type: fc.constant("changed") }),
  fc.record({ ...facts, type: fc.constant("ended"), reason: fc.constantFrom(...REASONS) }),
);

test("a message that was sent is the message that is heard", () => {
  holds(0.2, message, (sent) => {
    expect(parseMessage(structuredClone(sent))).toEqual(sent);
  });
});

// What comes over a channel is a structured clone: it has no getters.
test("whatever else is heard, it is no message, or it has all that one must have", () => {
  holds(
    0.8,
    fc.oneof({ weight: 3, arbitrary: nearly(message) }, { weight: 1, arbitrary: anything }),
    (heard) => {
      const taken = parseMessage(heard);
      if (taken === undefined) return;
      expect(taken).toBe(heard);
      expect(taken.v).toBe(1);
      expect(["changed", "ended"]).toContain(taken.type);
      expect([taken.epoch, taken.sequence].every(Number.isSafeInteger)).toBe(true);
      expect(taken.sender).toBeTypeOf("string");
      if (taken.type === "ended") expect(REASONS).toContain(taken.reason);
    },
  );
});
