import type { IncomingMessage, ServerResponse } from "node:http";
import { expect, signedIn, test } from "./attack/support/attack.js";

/** What lies between the page's request and the next step of it. */
interface OnItsWay {
  reader: ReadableStreamDefaultReader<Uint8Array>;
  abort: AbortController;
  sending: Promise<string>;
}
declare global {
  var onItsWay: OnItsWay;
}

const MB = 1024 * 1024;

for (const mode of ["worker", "dedicated-worker"] as const)
  test(`S11 ${mode}: bodies pass through it as they come, both ways; an abort reaches the server, and errors keep their names`, async ({
    context,
    tap,
  }) => {
    /** The server's end of the request that came last to each path. */
    const at: Record<string, { incoming: IncomingMessage; outgoing: ServerResponse; over: Promise<void> }> =
      {};
    let received = 0;
    tap.takes = (incoming, outgoing) => {
      const { url = "" } = incoming;
      if (!url.startsWith("/slow/")) return false;
      at[url] = { incoming, outgoing, over: new Promise((resolve) => outgoing.once("close", resolve)) };
      if (url === "/slow/reply") outgoing.write("one");
      if (url === "/slow/upload") {
        incoming.on("data", ({ length }: Buffer) => {
          received += length;
        });
        incoming.on("end", () => outgoing.end());
      }
      return true;
    };
    const { page } = await signedIn(context, mode);

    /** Opens a reply, and reads its first piece. */
    const begin = () =>
      page.evaluate(async () => {
        const abort = new AbortController();
        const reply = await demo.session.fetch("/slow/reply", { signal: abort.signal });
        const reader = (reply.body as ReadableStream<Uint8Array>).getReader();
        globalThis.onItsWay = { reader, abort, sending: Promise.resolve("") };
        return new TextDecoder().decode((await reader.read()).value);
      });
    const next = () =>
      page.evaluate(() =>
        globalThis.onItsWay.reader.read().then(
          ({ done, value }) => (done ? "done" : new TextDecoder().decode(value)),
          (error) => error.name,
        ),
      );
    // The second piece is not written before the first was read.
    expect(await begin()).toBe("one");
    expect(at["/slow/reply"]?.incoming.headers.authorization).toMatch(/^Bearer ./);
    at["/slow/reply"]?.outgoing.write("two");
    expect(await next()).toBe("two");
    at["/slow/reply"]?.outgoing.end();
    expect(await next()).toBe("done");

    expect(await begin()).toBe("one");
    const read = next();
    await page.evaluate(() => globalThis.onItsWay.abort.abort());
    expect(await read).toBe("AbortError");
    await at["/slow/reply"]?.over;

    expect(await begin()).toBe("one");
    at["/slow/reply"]?.outgoing.destroy();
    expect(await next(), "the server hangs up in the middle").toBe("TypeError");

    /** Sends so many bytes; "sent", or the name of the error. */
    const upload = (path: string, size: number) =>
      page.evaluate(
        ([path, size]) => {
          const abort = new AbortController();
          const body = new Uint8Array(size);
          const sending = demo.session.fetch(path, { method: "POST", body, signal: abort.signal }).then(
            ({ status }) => String(status),
            (error) => error.name as string,
          );
          globalThis.onItsWay = { ...globalThis.onItsWay, abort, sending };
        },
        [path, size] as const,
      );
    const sent = () => page.evaluate(() => globalThis.onItsWay.sending);
    await upload("/slow/upload", 8 * MB);
    expect(await sent()).toBe("200");
    expect(received).toBe(8 * MB);
    expect(at["/slow/upload"]?.incoming.headers.authorization).toMatch(/^Bearer ./);
    // Nobody reads this one.
    await upload("/slow/stuck", 64 * MB);
    await expect.poll(() => Object.keys(at)).toContain("/slow/stuck");
    await page.evaluate(() => globalThis.onItsWay.abort.abort());
    expect(await sent()).toBe("AbortError");
    at["/slow/stuck"]?.incoming.resume();
    await at["/slow/stuck"]?.over;
    expect(at["/slow/stuck"]?.incoming.complete, "it broke off").toBe(false);

    // Chromium sends no stream over HTTP/1.1. It says so as everywhere.
    const streamed = await page.evaluate(() => {
      const body = new Blob(["one"]).stream();
      const init = { method: "POST", body, duplex: "half" } as RequestInit;
      return demo.session
        .fetch("/slow/upload", init)
        .catch((error) => [error.name, error instanceof TypeError]);
    });
    expect(streamed).toEqual(["TypeError", true]);
  });
