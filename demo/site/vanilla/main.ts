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
await start();

/** Rejects where a part of the SDK could not be loaded: a moment later the network may be there. */
function start(): Promise<unknown> {
  return session.start().catch(() => new Promise((resolve) => setTimeout(resolve, 2000)).then(start));
}
