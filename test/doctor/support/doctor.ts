import type { ReportEntry } from "../../../src/doctor/report.js";
import { run } from "../../../src/doctor/run.js";
import type { ManualClock } from "../../server/support/clock.js";

export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface Surroundings {
  readonly clock: ManualClock;
  readonly env?: Record<string, string>;
  readonly stdin?: string;
  readonly coloured?: boolean;
  /** What stands before the server, and may answer in its place. */
  readonly gateway?: (request: Request) => Response | undefined;
  /** How long requests are on their way to the server, and replies on the way back: ms. */
  readonly latency?: { readonly there?: number; readonly back?: number };
}

/** The command in this process, on a clock that it moves itself: what it waits for is over at once. */
export async function doctor(
  args: readonly string[],
  { clock, env = {}, stdin = "", coloured = false, gateway = () => undefined, latency = {} }: Surroundings,
): Promise<Outcome & { readonly progress: readonly string[] }> {
  const [out, err, progress]: string[][] = [[], [], []];
  const code = await run(["doctor", ...args], {
    env,
    coloured,
    fetch: async (input, init) => {
      clock.advance(latency.there ?? 0);
      const reply = gateway(new Request(input, init)) ?? (await fetch(input, init));
      clock.advance(latency.back ?? 0);
      return reply;
    },
    stdin: async () => stdin,
    now: () => clock.now(),
    sleep: async (ms) => clock.advance(ms),
    progress: (text) => progress.push(text),
    write: (text) => out.push(text),
    complain: (text) => err.push(text),
  });
  return { code, out: out.join(""), err: err.join(""), progress };
}

/** The checks of a `--json` report that found something, or did whatever else is asked for. */
export function entries({ out, err }: Outcome, state: ReportEntry["state"]): Record<string, string> {
  if (out === "") throw new Error(err);
  const report = JSON.parse(out);
  if (!report.checks) throw new Error(out);
  return Object.fromEntries(
    report.checks
      .filter((entry: ReportEntry) => entry.state === state)
      .map(({ id, seen }: ReportEntry) => [id, seen.join("; ")]),
  );
}
