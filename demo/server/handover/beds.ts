import type { Store } from "../../../src/backend/store/store.js";

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

/** Who lies where on the first day. */
const FIRST_BEDS: readonly Bed[] = [
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

export const BED_IDS: readonly string[] = FIRST_BEDS.map((bed) => bed.id);

export function isBed(id: string): boolean {
  return BED_IDS.includes(id);
}

export class Beds {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  async all(): Promise<readonly Bed[]> {
    return (await this.#store.get<readonly Bed[]>(KEY)) ?? FIRST_BEDS;
  }

  /** Moves a patient to an empty bed. `undefined`: there is nobody in the one, or somebody in the other. */
  transfer(from: string, to: string): Promise<readonly Bed[] | undefined> {
    return this.#store.update<readonly Bed[], readonly Bed[] | undefined>(KEY, (beds = FIRST_BEDS) => {
      const [left, taken] = [from, to].map((id) => beds.find((bed) => bed.id === id));
      if (!left?.patient || !taken || taken.patient) return { result: undefined };
      const { patient, status } = left;
      const put = beds.map((bed) => {
        if (bed === left) return { ...bed, patient: null, status: "empty" as const };
        return bed === taken ? { ...bed, patient, status } : bed;
      });
      return { put, result: put };
    });
  }
}

const KEY = "beds/all";
