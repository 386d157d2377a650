import type { Session } from "sojourn";
import type { Tab } from "sojourn/testing";
import { afterEach, vi } from "vitest";

/** What the browser does for a page, where the page is this test and the tab is one of a world. */
export interface InPage {
  hide(): void;
  show(): void;
  /** Listeners on the document for its visibility: those that are there now. */
  readonly listeners: number;
}

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** Lets this test run in a tab: global timers are the tab's, and so is the visibility of the document. */
export function inPage(tab: Pick<Tab, "platform" | "hide" | "show" | "visible">): InPage {
  const { clock } = tab.platform;
  vi.stubGlobal("setTimeout", (run: () => void, ms = 0) => clock.timer(ms, run));
  vi.stubGlobal("clearTimeout", (cancel?: () => void) => cancel?.());
  vi.spyOn(document, "hidden", "get").mockImplementation(() => !tab.visible);
  const added = vi.spyOn(document, "addEventListener");
  const removed = vi.spyOn(document, "removeEventListener");
  const visibility = (calls: readonly (readonly unknown[])[]) =>
    calls.filter(([type]) => type === "visibilitychange").length;
  const tell = () => document.dispatchEvent(new Event("visibilitychange"));
  return {
    hide() {
      tab.hide();
      tell();
    },
    show() {
      tab.show();
      tell();
    },
    get listeners() {
      return visibility(added.mock.calls) - visibility(removed.mock.calls);
    },
  };
}

/** The same session, with a count of those who are subscribed to it. */
export function counted<User>(session: Session<User>): Session<User> & { readonly subscribers: number } {
  let subscribers = 0;
  return {
    ...session,
    subscribe(run) {
      const end = session.subscribe(run);
      subscribers++;
      return () => {
        subscribers--;
        end();
      };
    },
    get subscribers() {
      return subscribers;
    },
  };
}
