import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { connect, createServer, type Socket } from "node:net";
import { onTestFinished } from "vitest";

/** A line to that port on which everything takes this long, in ms, each way. */
export async function slowLine(port: number, ms: number): Promise<number> {
  const open = new Set<Socket>();
  const later = (from: Socket, to: Socket) => {
    open.add(from);
    from.on("data", (chunk) => setTimeout(() => to.write(chunk), ms));
    from.on("close", () => to.destroy());
    from.on("error", () => {});
  };
  const server = createServer((near) => {
    const far = connect(port, "127.0.0.1");
    later(near, far);
    later(far, near);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
    for (const socket of open) socket.destroy();
  });
  return (server.address() as AddressInfo).port;
}
