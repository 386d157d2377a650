import type { Bed } from "./api.js";

export interface Ward {
  /** "North ward" */
  readonly name: string;
  readonly beds: readonly Bed[];
  /** "5 of 6 beds" */
  readonly count: string;
}

/** The beds as they stand on the wards. */
export function wardsOf(beds: readonly Bed[]): readonly Ward[] {
  return (["North", "South"] as const).map((ward) => {
    const here = beds.filter((bed) => bed.ward === ward);
    const taken = here.filter((bed) => bed.status !== "empty").length;
    return {
      name: `${ward} ward`,
      beds: here,
      count: here.length > 0 ? `${taken} of ${here.length} beds` : "",
    };
  });
}

/** Whoever lies in a bed can go to one where nobody does. */
export const takenBeds = (beds: readonly Bed[]) => beds.filter(({ patient }) => patient);
export const emptyBeds = (beds: readonly Bed[]) => beds.filter(({ patient }) => !patient);

/** "N6 · S. B." */
export const bedName = ({ id, patient }: Bed): string => `${id} · ${patient ?? "empty"}`;
