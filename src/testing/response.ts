import type { Answer } from "./network.js";

const EMPTY = new Set([101, 204, 205, 304]);

/** The first half of a body, and then the connection is gone. */
function half(text: string): ReadableStream {
  const bytes = new TextEncoder().encode(text);
  let begun = false;
  return new ReadableStream({
    async pull(controller) {
      if (begun || bytes.length < 2) return controller.error(new TypeError("network error"));
      begun = true;
      controller.enqueue(bytes.slice(0, bytes.length / 2));
    },
  });
}

/** What a page gets for an answer. `cut`: it breaks off in the middle of its body. */
export function responseOf({ status = 200, headers, body, location }: Answer, cut: boolean): Response {
  const json = typeof body === "object";
  const text =
    EMPTY.has(status) || body === undefined ? null : json ? JSON.stringify(body) : (body as string);
  return new Response(text !== null && cut ? half(text) : text, {
    status,
    headers: {
      "content-type": json ? "application/json" : "text/html",
      ...(location !== undefined && { location }),
      ...headers,
    },
  });
}
