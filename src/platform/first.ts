import { clock } from "./clock.js";
import type { FirstPorts } from "./platform.js";
import { random } from "./random.js";
import { record } from "./record.js";

/** What is needed from the first moment. None of it touches anything before it is used, so it is there on servers too. */
export function first(): FirstPorts {
  const page = typeof document === "object";
  return { clock: clock(), random, record, base: () => document.baseURI, page };
}
