import { expect, test, vi } from "vitest";
import { createDay } from "../../docs/playground/day.js";
import { wholeDay } from "../../docs/playground/whole-day.js";
import { MINUTE } from "../session/support.js";
import { readPage } from "./blocks.js";

test("the day that the playground plays by itself has one refresh at a time, and ends as it says", async () => {
  const day = createDay(15 * MINUTE, () => {});
  for (const [at, run] of wholeDay(day)) {
    await day.advance(Math.max(0, at * MINUTE - day.world.now));
    await run();
  }
  expect(day.world.server.metrics).toMatchObject({ reuses: 0, signIns: 3 });
  expect(day.lanes.map(({ stretches }) => stretches.at(-1))).toMatchObject([
    { kind: "crashed" },
    { kind: "ended", detail: "logout" },
    { kind: "ended", detail: "logout" },
  ]);
  const text = day.said.map((it) => it.text).join("\n");
  expect(text).not.toContain("did not work");
  for (const kind of ["warning (idle)", "ended (idle)", "asleep", "frozen"]) expect(text).toContain(kind);
});

test("the playground's page opens a tab, signs in, lets time pass and draws it", async () => {
  document.documentElement.innerHTML = readPage("docs/playground/index.html").replace(
    /<script.*<\/script>/,
    "",
  );
  await import("../../docs/playground/main.js");
  const press = async (name: string) => {
    const find = () => [...document.querySelectorAll("button")].find((it) => it.textContent === name);
    await vi.waitFor(() => expect(find()?.disabled, name).toBe(false), 10_000);
    find()?.click();
  };
  const states = () => [...document.querySelectorAll(".state")].map((it) => it.textContent);
  await press("Sign in as Ada");
  await vi.waitFor(() => expect(states()).toEqual([expect.stringMatching(/^active/)]), 10_000);
  await press("Open a tab");
  await vi.waitFor(() => expect(states()).toHaveLength(2), 10_000);
  await press("+15 min");
  const idle = expect.stringMatching(/^ended: idle/);
  await vi.waitFor(() => expect(states()).toEqual([idle, idle]), 10_000);
  expect(document.querySelectorAll("#lanes .stretch.ended")).toHaveLength(2);
});
