import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { SharedRecord } from "../../src/core/record.js";
import { clock } from "../../src/platform/clock.js";
import { createHandOver } from "../../src/secrets/hand-over.js";
import type { Elsewhere, Held } from "../../src/secrets/memory.js";
import { createCipher } from "../../src/testing/cipher.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const after = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

interface Tab {
  held: Held | undefined;
  /** So often it was told to look again. */
  looks: number;
  readonly handOver: Required<Elsewhere>;
}

/** Tabs whose cryptography takes `ms` a step, one step after the other, as on a machine that has much to do. */
function tabsOf(count: number, ms: number): Tab[] {
  let ids = 0;
  const id = () => `id ${++ids}`;
  const tabs: Tab[] = Array.from({ length: count }, (_, i) => {
    let busy = Promise.resolve();
    const later = <T>(make: () => T): Promise<T> => {
      const done = busy.then(() => after(ms)).then(make);
      busy = done.then(
        () => {},
        () => {},
      );
      return done;
    };
    const post = (message: unknown) => {
      for (const other of tabs.filter((_, j) => j !== i))
        setTimeout(() => other.handOver.hear(structuredClone(message)), 1);
    };
    const platform = {
      clock: clock(),
      random: { id } as never,
      hash: async (text: string) => `hash of ${text}`,
    };
    const look = () => void tab.looks++;
    const parts = { tab: `tab ${i}`, cipher: createCipher(id, later), platform, post, look };
    const tab: Tab = {
      held: undefined,
      looks: 0,
      handOver: createHandOver(parts, () => tab.held) as Required<Elsewhere>,
    };
    return tab;
  });
  return tabs;
}

async function signedIn([first]: ReturnType<typeof tabsOf>): Promise<SharedRecord> {
  const at = { epoch: 1, sequence: 0 };
  const deposit = first?.handOver.prepare({ accessToken: "token", refreshToken: undefined }, undefined);
  await vi.runAllTimersAsync();
  const { prefix, credential } = (await deposit) as {
    prefix: string;
    credential: Held["credential"];
  } & object;
  first?.handOver.keep((await deposit) as never, at);
  if (first) first.held = { credential, at };
  return { ...at, prefix } as SharedRecord;
}

test("F1 fifty tabs ask one that is slow: whoever hears that others are answered waits for its turn", async () => {
  const tabs = tabsOf(50, 20);
  const record = await signedIn(tabs);
  const [, ...others] = tabs;
  const found = Promise.all(others.map(({ handOver }) => handOver.find(record)));
  await vi.runAllTimersAsync();
  expect((await found).map((it) => it?.credential.accessToken)).toEqual(others.map(() => "token"));
});

test("nobody has them: that is known in a moment", async () => {
  const tabs = tabsOf(3, 1);
  const record = await signedIn(tabs);
  const [, ...others] = tabs;
  const started = Date.now();
  if (tabs[0]) tabs[0].held = undefined;
  const found = Promise.all(others.map(({ handOver }) => handOver.find(record)));
  await vi.runAllTimersAsync();
  expect(await found).toEqual([undefined, undefined]);
  expect(Date.now() - started).toBeLessThan(200);
});

test("I-live an answer that comes too late is a reason to look again, and that look waits for longer", async () => {
  const [first, second] = tabsOf(2, 200);
  const record = await signedIn([first]);
  const look = async () => {
    const found = second.handOver.find(record);
    await vi.runAllTimersAsync();
    return (await found)?.credential.accessToken;
  };
  expect([await look(), second.looks]).toEqual([undefined, 1]);
  expect([await look(), second.looks]).toEqual(["token", 1]);
});

test("answers to nobody, which a stranger can send, keep nobody waiting for ever", async () => {
  const tabs = tabsOf(2, 1);
  const record = await signedIn(tabs);
  const [first, second] = tabs;
  if (first) first.held = undefined;
  const found = second?.handOver.find(record);
  const forged = { v: 1, type: "handed", epoch: 1, sequence: 0, sender: "x", to: "y", sealed: "" };
  let done = false;
  void found?.then(() => {
    done = true;
  });
  const stranger = setInterval(() => second?.handOver.hear(forged), 10);
  await vi.advanceTimersByTimeAsync(10_000);
  clearInterval(stranger);
  expect(done).toBe(true);
});
