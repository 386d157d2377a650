import { isKey, type Key } from "./key.js";

/** The tabs give the key to one whose storage fails. Whoever has it can use it, and still cannot read it. */
export interface Neighbours {
  /** Asks for the key; `undefined` where nobody has one. */
  ask(): Promise<Key | undefined>;
  /** A session begins with this key. */
  tell(key: Key): void;
}

/** Nobody who is awake takes longer. */
const PATIENCE = 300;

type Message = { readonly type: "ask" } | { readonly type: "answer" | "begin"; readonly key: Key };

export function createNeighbours(
  name: string,
  held: () => Promise<Key> | undefined,
  adopt: (key: Key) => void,
): Neighbours {
  let answered = (_key?: Key) => {};
  const channel = typeof BroadcastChannel === "function" ? new BroadcastChannel(name) : undefined;
  const post = (message: Message) => {
    try {
      channel?.postMessage(message);
    } catch {
      // Then each tab has its own.
    }
  };
  if (channel)
    channel.onmessage = async ({ data }: MessageEvent<Message | null>) => {
      if (data?.type === "ask") {
        const key = await held()?.catch(() => undefined);
        if (key) post({ type: "answer", key });
      } else if (isKey(data?.key)) {
        if (data.type === "begin") adopt(data.key);
        else answered(data.key);
      }
    };
  return {
    ask: () =>
      new Promise((resolve) => {
        answered = resolve;
        setTimeout(resolve, channel ? PATIENCE : 0);
        post({ type: "ask" });
      }),
    tell: (key) => post({ type: "begin", key }),
  };
}
