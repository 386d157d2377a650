import { expect, test } from "vitest";
import type { SharedRecord } from "../../src/core/record.js";
import { clock } from "../../src/platform/clock.js";
import { createReplica } from "../../src/shell/replica.js";
import { recordOf, signedIn } from "./support.js";

test("I-once what was said before the question, and arrives after it, is no answer to it", async () => {
  const { world } = await signedIn(1);
  const old = recordOf(world) as SharedRecord;
  const replica = createReplica(
    clock(),
    "this",
    () => {},
    () => old,
  );
  const facts = { v: 1, type: "facts", sender: "other" };
  replica.hear({ ...facts, record: old });
  let answered = false;
  const reading = Promise.resolve(replica.read(true)).finally(() => {
    answered = true;
  });
  replica.hear({ ...facts, record: old });
  replica.hear({ ...facts, record: old, to: "another" });
  await new Promise(setImmediate);
  expect(answered).toBe(false);
  replica.hear({ ...facts, record: { ...old, sequence: 1 }, to: "this" });
  expect(await reading).toMatchObject({ sequence: 1 });
});

test("I-once a tab's own claim is not undone by who says what it knew before", async () => {
  const { world } = await signedIn(1);
  const old = { ...(recordOf(world) as SharedRecord), intent: { attempt: 1, tab: "other" } };
  const replica = createReplica(
    clock(),
    "this",
    () => {},
    () => old,
  );
  const claimed = { attempt: 2, tab: "this" };
  await replica.update((it) => ({ ...(it as SharedRecord), intent: claimed }));
  replica.hear({ v: 1, type: "facts", sender: "other", record: old });
  expect(await replica.read(false)).toMatchObject({ intent: claimed });
  replica.hear({ v: 1, type: "facts", sender: "other", record: { ...old, sequence: 1, intent: null } });
  expect(await replica.read(false)).toMatchObject({ sequence: 1, intent: null });
});
