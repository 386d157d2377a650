import type { Channel } from "./platform.js";

/**
 * The native channel first. The package is for browsers without one only: it drops messages after the clock was
 * set back, and weighs more than the rest of Sojourn. Its localStorage method is never used.
 */
export function channel(name: string, receive: (data: unknown) => void): Channel {
  if (typeof BroadcastChannel === "function") {
    const native = new BroadcastChannel(name);
    native.onmessage = (event) => receive(event.data);
    return { post: (data) => native.postMessage(data), close: () => native.close() };
  }
  let closed = false;
  const opening = import("broadcast-channel").then((it) => {
    const ponyfill = new it.BroadcastChannel(name, { type: "idb", webWorkerSupport: false });
    ponyfill.onmessage = (data: unknown) => {
      if (!closed) receive(data);
    };
    return ponyfill;
  });
  opening.catch(() => {});
  const use = (act: (it: Awaited<typeof opening>) => unknown) => void opening.then(act).catch(() => {});
  return {
    post: (data) => use((it) => it.postMessage(data)),
    close: () => {
      closed = true;
      use((it) => it.close());
    },
  };
}
