import type { Wanted } from "./schedule.js";

/** A planted bug: exact replacements in the sources. */
export interface Mutant {
  readonly name: string;
  readonly edits: readonly Edit[];
  /** The only schedules that can catch it. @default any */
  readonly in?: Wanted;
}

interface Edit {
  readonly file: string;
  /** Must be there exactly once. */
  readonly find: string;
  readonly put: string;
}

export const one = (name: string, file: string, find: string, put: string): Mutant => ({
  name,
  edits: [{ file: `src/${file}`, find, put }],
});
