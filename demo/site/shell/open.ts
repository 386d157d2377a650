import { createHandover, type Handover } from "../app/handover.js";
import { createHandoverSession, type HandoverSession } from "../app/session.js";
import { type Frame, mountFrame } from "./frame.js";
import { reachServer } from "./unreachable.js";

declare global {
  /** For the console of whoever plays with the demo. There is nothing secret in it. */
  var demo: {
    readonly session: HandoverSession;
    /** Takes the build's views away and makes them anew: what is left behind would add up. */
    remount?(): void;
  };
}

/** Puts the views of a build into the frame. Returns the function that takes them away again. */
export type Mount = (frame: Frame, handover: Handover) => () => void;

/** Opens Handover in one of its builds: they differ in `mount` and in nothing else. */
export async function openHandover(mount: Mount): Promise<void> {
  const limits = await reachServer(document.body);
  const session = createHandoverSession(limits);
  globalThis.demo = { session };

  const handover = createHandover(session, limits);
  const frame = mountFrame(document.body, handover);
  let unmount = mount(frame, handover);
  globalThis.demo.remount = () => {
    unmount();
    unmount = mount(frame, handover);
  };
  // Rejects where a part of the SDK could not be loaded. The session tries again by itself.
  await session.start().catch(() => {});
}
