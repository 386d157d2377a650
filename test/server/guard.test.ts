import { once } from "node:events";
import { connect } from "node:net";
import fastify from "fastify";
import { expect, onTestFinished, test } from "vitest";
import { guard } from "../../demo/server/http/guard.js";

/** A server that keeps a refusal back until its client has hung up. */
async function refuse(refusal: () => Promise<Response | undefined>) {
  const app = fastify({ forceCloseConnections: true });
  onTestFinished(() => app.close());
  const ran: string[] = [];
  guard(app, refusal);
  app.addHook("onSend", async (_request, reply) => {
    if (ran.length > 0) return;
    client.destroy();
    await once(reply.raw, "close");
  });
  app.addHook("onRequest", async () => void ran.push("hook"));
  app.post("/", async () => {
    ran.push("route");
    return {};
  });
  const { port } = new URL(await app.listen({ port: 0, host: "127.0.0.1" }));
  const closed = new Promise<void>((resolve) => {
    app.server.once("connection", (socket) => socket.once("close", () => setImmediate(resolve)));
  });
  const client = connect(Number(port), "127.0.0.1");
  client.write("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
  client.resume();
  await closed;
  return ran;
}

test("C3 who hangs up before the refusal has arrived is not let in", async () => {
  expect(await refuse(async () => Response.json({ error: "no_session" }, { status: 401 }))).toEqual([]);
});

test("C3 a guard that fails lets nobody in", async () => {
  expect(await refuse(() => Promise.reject(new Error("the store is gone")))).toEqual([]);
});

test("who is not refused goes on", async () => {
  expect(await refuse(async () => undefined)).toEqual(["hook", "route"]);
});
