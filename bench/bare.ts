import type { AddressInfo } from "node:net";
import Fastify from "fastify";

// A route that does nothing, for comparison: in a process of its own, started as the demo server is by `load.ts`.

const http = Fastify();
http.get("/", async () => ({ ok: true }));
process.once("message", async () => {
  await http.listen({ host: "127.0.0.1", port: 0 });
  process.send?.({ port: (http.server.address() as AddressInfo).port });
});
