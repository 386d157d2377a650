import type { Lab } from "./lab.js";
import type { Source } from "./sources.js";

/** What a check saw. */
export type Verdict =
  | { readonly state: "passed"; readonly seen: readonly string[] }
  | { readonly state: "found"; readonly seen: readonly string[] }
  | { readonly state: "not-run"; readonly seen: readonly string[] };

/** One thing that a server of sessions does, or should not do. */
export interface Check {
  /** For `--only` and `--skip`. */
  readonly id: string;
  /** What holds where nothing is found. */
  readonly title: string;
  /** As the standards say it. */
  readonly weight: "must" | "should";
  /** What can happen otherwise. */
  readonly why: string;
  readonly sources: readonly Source[];
  /** What to do about it. */
  readonly change: string;
  /** Looks. May throw `NotRun`. */
  run(lab: Lab): Promise<Verdict>;
}

export const passed = (...seen: string[]): Verdict => ({ state: "passed", seen });
export const found = (...seen: string[]): Verdict => ({ state: "found", seen });
export const notRun = (...seen: string[]): Verdict => ({ state: "not-run", seen });

/** Found where there is something, passed with `otherwise` where there is nothing. */
export const foundIf = (seen: readonly string[], otherwise: string): Verdict =>
  seen.length > 0 ? found(...new Set(seen)) : passed(otherwise);
