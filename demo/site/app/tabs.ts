import { createStore, type Readable } from "./store.js";

interface Call {
  readonly type: "who" | "here" | "bye";
  readonly tab: string;
}

export interface Tabs extends Readable<readonly string[]> {
  /** Asks all tabs to answer. Whoever does not is gone: closed, crashed or asleep. */
  rollCall(): void;
}

const PATIENCE = 500;

/** Which tabs of Handover are open, for the side panel. A matter of the demo alone: the session does not count tabs. */
export function createTabs(tab: string): Tabs {
  const store = createStore<readonly string[]>([tab]);
  let channel: BroadcastChannel | undefined;
  let answered = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  const show = (tabs: Iterable<string>) => {
    const others = [...new Set(tabs)].filter((id) => id !== tab).sort();
    if (others.join() !== store.get().slice(1).join()) store.set([tab, ...others]);
  };
  const say = (type: Call["type"]) => channel?.postMessage({ type, tab } satisfies Call);

  function hear({ data }: MessageEvent<Call>) {
    if (data.type === "bye") {
      answered.delete(data.tab);
      return show(store.get().filter((id) => id !== data.tab));
    }
    answered.add(data.tab);
    if (data.type === "who") say("here");
    show([...store.get(), data.tab]);
  }

  function open() {
    // The list of tabs is the demo's own matter; Sojourn has a stand-in where browsers have no channel.
    if (typeof BroadcastChannel === "undefined") return;
    channel = new BroadcastChannel("handover-tabs");
    channel.addEventListener("message", hear);
    rollCall();
  }

  function rollCall() {
    answered = new Set();
    say("who");
    clearTimeout(timer);
    timer = setTimeout(() => show(answered), PATIENCE);
  }

  // An open channel would cost the page its place in the back/forward cache.
  window.addEventListener("pagehide", () => {
    clearTimeout(timer);
    say("bye");
    channel?.close();
    channel = undefined;
  });
  window.addEventListener("pageshow", ({ persisted }) => {
    if (persisted) open();
  });
  open();
  return { get: store.get, subscribe: store.subscribe, rollCall };
}
