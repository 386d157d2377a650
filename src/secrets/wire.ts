import { isSessionError, SessionError, type SessionErrorCode, type SessionErrorDetails } from "../errors.js";

// What a page and the worker that keeps its tokens say to one another. Every message is made of plain data; neither side
// takes an object of the other for its own.

/** What a page asks its worker for. An answer is `{ id, value }` or `{ id, error }`. */
export interface Call {
  readonly id: number;
  readonly method: string;
  readonly argument: unknown;
}

/** A request without its credential. */
export interface WiredRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: [string, string][];
  /** A blob, or the port that a stream comes through. */
  readonly body: Blob | MessagePort | undefined;
  readonly how: Pick<RequestInit, "cache" | "integrity" | "keepalive" | "mode" | "referrerPolicy">;
}

/** A reply. */
export interface WiredResponse {
  readonly status: number;
  readonly statusText: string;
  readonly headers: [string, string][];
  readonly url: string;
  readonly redirected: boolean;
  readonly type: ResponseType;
  readonly body: MessagePort | undefined;
}

/** An error, and what it takes to make it again with its meaning. */
export interface WiredError extends SessionErrorDetails {
  readonly name: string;
  readonly message: string;
  readonly code?: SessionErrorCode;
}

export function wireError(error: unknown): WiredError {
  if (isSessionError(error)) return { ...error, name: error.name, message: error.message };
  const { name, message } = (error ?? {}) as Partial<Error>;
  return { name: String(name ?? "Error"), message: String(message ?? "") };
}

export function errorOf({ name, message, code, ...details }: WiredError): Error {
  if (code) return new SessionError(code, message, details);
  if (name === "TypeError") return new TypeError(message);
  return new DOMException(message, name);
}

/** Reads a stream for who holds the other end of the port, piece by piece, as it is asked to. */
export function sendStream(stream: ReadableStream<Uint8Array>, port: MessagePort, done = () => {}): void {
  const reader = stream.getReader();
  const end = () => {
    done();
    port.close();
  };
  port.onmessage = async ({ data }) => {
    if (data !== "pull") {
      void reader.cancel().catch(() => {});
      return end();
    }
    try {
      const { done, value } = await reader.read();
      port.postMessage({ done, value });
      if (done) end();
    } catch (error) {
      port.postMessage({ error: wireError(error) });
      end();
    }
  };
}

/** The stream that comes through a port. */
export function receiveStream(port: MessagePort): ReadableStream<Uint8Array> {
  return new ReadableStream(
    {
      pull: (controller) =>
        new Promise<void>((resolve) => {
          port.onmessage = ({ data }) => {
            if (data.error) controller.error(errorOf(data.error));
            else if (data.done) controller.close();
            else controller.enqueue(data.value);
            if (data.error || data.done) port.close();
            resolve();
          };
          port.postMessage("pull");
        }),
      cancel() {
        port.postMessage("cancel");
        port.close();
      },
    },
    { highWaterMark: 0 },
  );
}
