import type { LifecycleEvent, LifecyclePort } from "./platform.js";

/**
 * No `unload` and no `beforeunload`, ever: either can cost the page its place in the back/forward cache.
 * @see https://web.dev/articles/bfcache
 */
export const lifecycle: LifecyclePort = {
  visible: () => document.visibilityState === "visible",
  watch(happened) {
    const stops: (() => void)[] = [];
    const on = (target: EventTarget, name: string, tell: (event: Event) => LifecycleEvent | undefined) => {
      const listener = (event: Event) => {
        const meaning = tell(event);
        if (meaning) happened(meaning);
      };
      target.addEventListener(name, listener);
      stops.push(() => target.removeEventListener(name, listener));
    };
    on(document, "visibilitychange", () => (lifecycle.visible() ? "visible" : "hidden"));
    on(window, "focus", () => "wake");
    on(window, "online", () => "online");
    on(window, "pagehide", () => "suspend");
    // The first pageshow of a page is not a return.
    on(window, "pageshow", (event) => ((event as PageTransitionEvent).persisted ? "restore" : undefined));
    // Chromium only: https://developer.chrome.com/docs/web-platform/page-lifecycle-api
    on(document, "freeze", () => "suspend");
    on(document, "resume", () => "restore");
    return () => {
      for (const stop of stops) stop();
    };
  },
  curtain(closed) {
    const root = document.documentElement;
    // Set through the CSSOM, which a strict Content Security Policy allows.
    if (closed) root.style.setProperty("visibility", "hidden", "important");
    else root.style.removeProperty("visibility");
    root.toggleAttribute("data-session-pending", closed);
  },
};
