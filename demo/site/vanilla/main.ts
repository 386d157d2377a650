import { createHandover } from "../app/handover.js";
import { createHandoverSession, type HandoverSession } from "../app/session.js";
import { mountFrame } from "./frame.js";
import { reachServer } from "./unreachable.js";

declare global {
  /** For the console of whoever plays with the demo. There is nothing secret in it. */
  var demo: { readonly session: HandoverSession };
}

const limits = await reachServer(document.body);
const session = createHandoverSession(limits);
globalThis.demo = { session };

mountFrame(document.body, createHandover(session, limits));
await session.start();
