import type { Channel, Platform } from "../platform/platform.js";

/** What is said to the other tabs, where the browser and the page's life allow it. */
export interface Messenger {
  /** Says it now, or never. */
  send(data: unknown): void;
  /** Says it now. What a page does while it is suspended it says when it is back: the last word of it. */
  post(message: unknown): void;
  open(): void;
  close(): void;
}

export function createMessenger(
  platform: Pick<Platform, "channel">,
  topic: string,
  hear: (data: unknown) => void,
  degraded: () => void,
): Messenger {
  let channel: Channel | undefined;
  let unsaid: unknown;

  const send = (data: unknown) => {
    try {
      channel?.post(data);
    } catch {
      // A hint that is lost is only late.
    }
  };

  return {
    send,
    post(message) {
      if (channel) send(message);
      else unsaid = message;
    },
    open() {
      try {
        channel ??= platform.channel(topic, hear);
        if (unsaid) send(unsaid);
        unsaid = undefined;
      } catch {
        degraded();
      }
    },
    close() {
      channel?.close();
      channel = undefined;
    },
  };
}
