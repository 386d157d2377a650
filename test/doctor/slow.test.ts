import { expect, test } from "vitest";
import { ManualClock } from "../server/support/clock.js";
import { badServer, type Defect, PAGE, PASSWORD } from "./support/bad-server.js";
import { doctor, entries, type Surroundings } from "./support/doctor.js";
import { LOGIN } from "./support/login.js";

const WATCHED = ["peek-slides", "refresh-slides", "touch-extends", "absolute-moves"];

const LATENCIES: readonly NonNullable<Surroundings["latency"]>[] = [
  {},
  { there: 170 },
  { back: 480 },
  { there: 3_000 },
  { back: 3_000 },
  { there: 1_300, back: 1_900 },
];

async function watch(latency: Surroundings["latency"] & object, ...planted: readonly Defect[]) {
  const clock = new ManualClock();
  const { url } = await badServer(clock, ...planted);
  const args = [url, "--json", "--origin", PAGE, ...LOGIN, ...WATCHED.flatMap((id) => ["--only", id])];
  return doctor(args, { clock, env: { PASSWORD }, latency });
}

test.each(LATENCIES)("slow replies and whole seconds move no limit: %j", async (latency) => {
  for (const planted of [[], ["whole seconds"]] as const) {
    const told = await watch(latency, ...planted);
    expect(entries(told, "found")).toEqual({});
    expect(Object.keys(entries(told, "passed"))).toEqual(WATCHED);
  }
});

test.each(LATENCIES)("slow replies and whole seconds hide no limit that is moved: %j", async (latency) => {
  for (const [defect, check] of [
    ["peek slides", "peek-slides"],
    ["refresh slides", "refresh-slides"],
    ["touch does nothing", "touch-extends"],
    ["touch moves the absolute limit", "absolute-moves"],
    ["refresh moves the absolute limit", "absolute-moves"],
  ] as const) {
    const told = await watch(latency, defect, "whole seconds");
    expect(Object.keys(entries(told, "found")), defect).toEqual([check]);
  }
});
