/** A planted bug: exact replacements in the sources. */
export interface Mutant {
  readonly name: string;
  readonly edits: readonly Edit[];
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
