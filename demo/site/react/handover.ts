import { createContext, use, useSyncExternalStore } from "react";
import type { Handover } from "../app/handover.js";
import type { HandoverSession } from "../app/session.js";
import type { Readable } from "../app/store.js";
import type { Frame } from "../shell/frame.js";

declare module "sojourn/react" {
  interface Register {
    session: HandoverSession;
  }
}

interface Place {
  readonly handover: Handover;
  readonly frame: Frame;
}

export const PlaceContext = createContext<Place | undefined>(undefined);

/** The application, and the frame that it is in. */
export function usePlace(): Place {
  const place = use(PlaceContext);
  if (!place) throw new Error("Outside of the page.");
  return place;
}

/** What a part of the application's model says now. */
export const useReadable = <T>({ subscribe, get }: Readable<T>): T => useSyncExternalStore(subscribe, get);
