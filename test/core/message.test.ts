import fc from "fast-check";
import { expect, test } from "vitest";
import { type Message, parseMessage } from "../../src/core/message.js";
import { frozen } from "./support.js";

const changed: Message = frozen({ v: 1, type: "changed", epoch: 7, sequence: 3, sender: "a" });
const ended: Message = frozen({ ...changed, type: "ended", reason: "logout" });

test.each([changed, ended])("a message of this version is taken as it is: $type", (message) => {
  expect(parseMessage(message)).toBe(message);
});

test.each(["logout", "idle", "absolute", "rejected", "replaced"])("I22 the reason travels: %s", (reason) => {
  expect(parseMessage({ ...ended, reason })).toMatchObject({ reason });
});

test.each<[string, object]>([
  ["of a later version", { v: 2 }],
  ["of a version as text", { v: "1" }],
  ["without a version", { v: undefined }],
  ["of an unknown type", { type: "refreshed" }],
  ["without a type", { type: undefined }],
  ["with an epoch as text", { epoch: "7" }],
  ["with half an epoch", { epoch: 7.5 }],
  ["with an endless epoch", { epoch: Number.POSITIVE_INFINITY }],
  ["with an epoch that cannot be counted", { epoch: 2 ** 53 }],
  ["without an epoch", { epoch: undefined }],
  ["with a sequence as text", { sequence: "3" }],
  ["with half a sequence", { sequence: 0.5 }],
  ["without a sequence", { sequence: null }],
  ["without a sender", { sender: undefined }],
  ["with a number as sender", { sender: 5 }],
])("a message %s is none", (_, change) => {
  expect(parseMessage({ ...changed, ...change })).toBeUndefined();
  expect(parseMessage({ ...ended, ...change })).toBeUndefined();
});

test.each([undefined, null, "bored", 0, ["logout"]])("an end with the reason %s is no message", (reason) => {
  expect(parseMessage({ ...ended, reason })).toBeUndefined();
});

test.each([undefined, null, 0, "", "ended", true, [], {}, [changed], JSON.stringify(changed)])(
  "%s is no message",
  (data) => {
    expect(parseMessage(data)).toBeUndefined();
  },
);

test("a function is no message, whatever it carries", () => {
  expect(parseMessage(Object.assign(() => {}, changed))).toBeUndefined();
});

test("parsing never throws and makes no message of anything else", () => {
  const nearly = fc
    .record({ key: fc.constantFrom(...Object.keys(ended)), value: fc.anything() })
    .map(({ key, value }) => ({ ...ended, [key]: value }));
  fc.assert(
    fc.property(fc.oneof(fc.anything(), nearly), (data) => {
      const message = parseMessage(data);
      if (!message) return;
      expect(message).toBe(data);
      expect(message.v).toBe(1);
      expect(["changed", "ended"]).toContain(message.type);
      expect(Number.isSafeInteger(message.epoch) && Number.isSafeInteger(message.sequence)).toBe(true);
      expect(message.sender).toBeTypeOf("string");
      if (message.type === "ended")
        expect(["logout", "idle", "absolute", "rejected", "replaced"]).toContain(message.reason);
    }),
    { numRuns: 500 },
  );
});
