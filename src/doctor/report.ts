import type { Check, Verdict } from "./check.js";

/** One check and what came of it. */
export interface ReportEntry extends Omit<Check, "run"> {
  /** `not-run`: `seen` says why. */
  readonly state: Verdict["state"];
  readonly seen: readonly string[];
}

/** What `--json` prints. `format` rises when a field changes its meaning or goes; new fields may come. */
export interface Report {
  readonly format: 1;
  readonly url: string;
  readonly preset: string;
  readonly found: number;
  readonly passed: number;
  readonly notRun: number;
  readonly checks: readonly ReportEntry[];
  /** What should be known beside the checks. */
  readonly notes: readonly string[];
}

/** What `--json` prints when nothing could be examined. */
export interface Failure {
  readonly format: 1;
  readonly error: string;
}
