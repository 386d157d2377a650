import type { Session } from "sojourn";
import type { FakeUser } from "sojourn/testing";

/** What the recipes import as `./session`. */
export let session: Session<FakeUser>;

export function use(next: Session<FakeUser>): void {
  session = next;
}
