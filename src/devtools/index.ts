import type { Session } from "../session.js";
import { mountPanel, type Theme } from "./panel.js";
import { record } from "./recording.js";
import type { SimulatedTime } from "./travel.js";

/** Options of {@link createDevtools}. */
export interface DevtoolsOptions {
  /** How many decisions are kept, the newest of them. @default 500 */
  keep?: number;
  /** The world of `sojourn/testing` that the session lives in: the panel then lets its time pass. */
  world?: SimulatedTime;
}

/** A session watched from inside. Also a plugin for TanStack Devtools, as it is. */
export interface SessionDevtools {
  /** @default "sojourn" */
  readonly id: string;
  /** @default "Session" */
  readonly name: string;
  /**
   * Shows the panel in `element`. `theme`: `"light"` or `"dark"`, or an object that has it; as the page is, where there
   * is none. Returns the function that takes the panel away.
   */
  render(element: Element, theme?: Theme | { readonly theme: Theme }): () => void;
  /** Takes away every panel. The session is watched further, so that a panel that is opened again knows the past. */
  destroy(): void;
  /** Takes away every panel, forgets everything and watches no longer. */
  stop(): void;
}

/**
 * Watches the decisions of a session from now on: what happened, what the core asked for, what changed. For development
 * and for support; nothing of it is in an application that does not import it. It is shown no secret.
 * @example
 * ```ts
 * import { createDevtools } from "sojourn/devtools";
 *
 * const devtools = createDevtools(session);
 * devtools.render(document.querySelector("#devtools")!);
 * ```
 */
export function createDevtools<User>(session: Session<User>, options: DevtoolsOptions = {}): SessionDevtools {
  const { keep = 500, world } = options;
  const recording = record(session, keep);
  const panels = new Map<Element, () => void>();
  const unmount = (element: Element) => {
    panels.get(element)?.();
    panels.delete(element);
  };
  const destroy = () => {
    for (const element of [...panels.keys()]) unmount(element);
  };
  return {
    id: "sojourn",
    name: "Session",
    render(element, theme) {
      unmount(element);
      const chosen = typeof theme === "object" ? theme.theme : theme;
      const end = mountPanel(element, {
        session: session as Session<unknown>,
        recording,
        world,
        theme: chosen,
      });
      panels.set(element, end);
      return () => {
        if (panels.get(element) === end) unmount(element);
      };
    },
    destroy,
    stop() {
      destroy();
      recording.stop();
      recording.clear();
    },
  };
}

export type { SimulatedTime, Theme };
