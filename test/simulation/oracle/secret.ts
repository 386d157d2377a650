import type { Invariant } from "./oracle.js";

/** What the server gives out as a secret looks like this, and nothing else does. */
const SECRET = /\b(?:sid|rt|at)-[0-9a-f]{32}/;
const SHORTEST = 35;

/** A secret is a text or in one, at whatever depth; a name of something may be one, too. */
function hides(value: unknown): boolean {
  if (typeof value === "string") return value.length >= SHORTEST && SECRET.test(value);
  if (typeof value !== "object" || value === null) return false;
  for (const key in value)
    if (hides((value as Record<string, unknown>)[key]) || (key.length >= SHORTEST && SECRET.test(key)))
      return true;
  return false;
}

/** I-secret: no secret in a message, in the record, in a state, an event or an error, or in an address. No exception. */
export const secret: Invariant = (view) => {
  const look = (where: string, value: unknown) => {
    if (hides(value)) view.fail("I-secret", `a secret is in ${where}`);
  };
  return {
    posted: ({ from, data }) => look(`a message of ${from}`, data),
    wrote: (seat, _, after) => look(`the record that ${seat.name} writes`, after),
    shown: (seat) => look(`the state of ${seat.name}`, seat.state),
    event: (seat, name, detail) => look(`the event ${name} of ${seat.name}`, detail),
    sent: ({ tab, url }) => look(`an address that ${tab} asks for`, url),
    settled({ seat, name, error }) {
      if (error !== undefined)
        look(`an error of ${name} in ${seat.name}`, [
          String(error),
          (error as Error).message,
          { ...(error as object) },
        ]);
    },
  };
};
