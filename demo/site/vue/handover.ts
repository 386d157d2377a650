import { type InjectionKey, inject, onScopeDispose, type ShallowRef, shallowRef } from "vue";
import type { Handover } from "../app/handover.js";
import type { HandoverSession } from "../app/session.js";
import type { Readable } from "../app/store.js";
import type { Frame } from "../shell/frame.js";

declare module "sojourn/vue" {
  interface Register {
    session: HandoverSession;
  }
}

interface Place {
  readonly handover: Handover;
  readonly frame: Frame;
}

export const placeKey: InjectionKey<Place> = Symbol();

/** The application, and the frame that it is in. */
export function usePlace(): Place {
  const place = inject(placeKey);
  if (!place) throw new Error("Outside of the page.");
  return place;
}

/** What a part of the application's model says now. */
export function useReadable<T>(source: Readable<T>): Readonly<ShallowRef<T>> {
  const value = shallowRef(source.get());
  onScopeDispose(
    source.subscribe((now) => {
      value.value = now;
    }),
  );
  return value;
}
