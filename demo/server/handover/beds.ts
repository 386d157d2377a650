export interface Bed {
  readonly id: string;
  readonly ward: "North" | "South";
  /** Initials, made up. An empty bed has none. */
  readonly patient: string | null;
  readonly status: "stable" | "watch" | "critical" | "going-home" | "empty";
}

const bed = (id: string, ward: Bed["ward"], patient: string | null, status: Bed["status"]): Bed => ({
  id,
  ward,
  patient,
  status,
});

export const BEDS: readonly Bed[] = [
  bed("N1", "North", "M. K.", "stable"),
  bed("N2", "North", "T. O.", "watch"),
  bed("N3", "North", "R. A.", "stable"),
  bed("N4", "North", null, "empty"),
  bed("N5", "North", "J. V.", "going-home"),
  bed("N6", "North", "S. B.", "critical"),
  bed("S1", "South", "E. L.", "stable"),
  bed("S2", "South", "P. D.", "watch"),
  bed("S3", "South", "H. N.", "stable"),
  bed("S4", "South", "C. W.", "going-home"),
  bed("S5", "South", null, "empty"),
  bed("S6", "South", "F. Z.", "stable"),
];

export function isBed(id: string): boolean {
  return BEDS.some((candidate) => candidate.id === id);
}
