import type { LoggedRequest } from "../../../src/testing/network.js";
import { inWorker } from "../schedule.js";
import type { Invariant } from "./oracle.js";

/** What the server gives out as a secret looks like this, and nothing else does; so does what tokens are sealed with. */
const SECRET = /\b(?:sid|rt|at)-[0-9a-f]{32}|[0-9a-f]{64}/;
const SHORTEST = 35;

/** A secret is a text or in one, at whatever depth; a name of something may be one, too. */
function hides(value: unknown): boolean {
  if (typeof value === "string") return value.length >= SHORTEST && SECRET.test(value);
  if (typeof value !== "object" || value === null) return false;
  for (const key in value) {
    const part = (value as Record<string, unknown>)[key];
    // Most of what there is to look at is numbers.
    if (typeof part !== "number" && hides(part)) return true;
    if (key.length >= SHORTEST && SECRET.test(key)) return true;
  }
  return false;
}

/**
 * I-secret: no secret in a message, on the disk (the record, and what is sealed beside it), in a state, an event or an
 * error, or in an address; none to another origin. Where a worker has the tokens: none in what it says to a page, in
 * what the session hands out, or in what the page itself sends. No exception.
 */
export const secret: Invariant = (view) => {
  const { setting, machine } = view;
  const worker = inWorker(setting);
  const look = (where: string, value: unknown) => {
    if (hides(value)) view.fail("I-secret", `a secret is in ${where}`);
  };
  const origin = "https://app.test";
  const credentials = ({ url, headers, cookies, body }: LoggedRequest) => [url, headers, cookies, body];
  return {
    posted: ({ from, data }) => look(`a message of ${from}`, data),
    wrote: (seat, _, after) => look(`the record that ${seat.name} writes`, after),
    keptBeside: (seat, name, value) => look(`the ${name} that ${seat.name} writes`, value),
    sealsWith(seal) {
      // Or the sweep would not see it.
      if (!hides(seal)) view.fail("I-secret", `tokens are sealed with something short: ${seal}`);
    },
    toldByWorker: ({ to, data }) => look(`what a worker says to ${to}`, data),
    pageSent(seat, request) {
      if (worker)
        look(`a request that ${seat.name} sends itself`, [request.url, [...request.headers], request.body]);
    },
    shown(seat) {
      look(`the state of ${seat.name}`, seat.state);
      look(`what ${seat.name} tells of itself`, seat.tab.session.inspect());
    },
    event: (seat, name, detail) => look(`the event ${name} of ${seat.name}`, detail),
    sent(request) {
      look(`an address that ${request.tab} asks for`, request.url);
      if (!request.url.startsWith(`${origin}/`))
        look(`what ${request.tab} sends to another origin`, credentials(request));
    },
    settled({ seat, name, value, error }) {
      if (worker) {
        look(`what ${name} brings ${seat.name}`, value);
        if (name === "token" && error === undefined)
          view.fail("I-secret", `${seat.name} hands out a token that is its worker's`);
      }
      if (error !== undefined)
        look(`an error of ${name} in ${seat.name}`, [
          String(error),
          (error as Error).message,
          { ...(error as object) },
        ]);
    },
    healed() {
      for (const tokens of ["key", "tokens"])
        look(`the ${tokens} on the disk`, machine.disk.read("sojourn.default", tokens));
    },
  };
};
