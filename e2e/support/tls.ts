import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer, type TLSSocket } from "node:tls";
import { promisify } from "node:util";
import { found } from "./found.js";

export interface TlsProxy {
  readonly origin: string;
  /** Its certificate, which nobody but itself has signed. */
  readonly certificate: Buffer;
  /** The server that it stands in front of. */
  target: string;
  close(): void;
}

/** What ends TLS in front of a server in production; here with a certificate that it has made itself. */
export async function startTlsProxy(): Promise<TlsProxy> {
  const open = new Set<TLSSocket>();
  const pair = await selfMade();
  const listener = createServer(pair, (client) => {
    const server = connect({ host: "127.0.0.1", port: Number(new URL(proxy.target).port) });
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const)
      one.pipe(other).on("error", () => one.destroy());
    open.add(client.on("close", () => open.delete(client)));
  });
  listener.listen(0, "127.0.0.1");
  await once(listener, "listening");
  const proxy = {
    origin: `https://127.0.0.1:${(listener.address() as AddressInfo).port}`,
    certificate: pair.cert,
    target: "",
    close: () => {
      listener.close();
      for (const client of open) client.destroy();
    },
  };
  return proxy;
}

/** Trusted by nobody: the browser is told not to mind. */
async function selfMade(): Promise<{ key: Buffer; cert: Buffer }> {
  const dir = await mkdtemp(join(tmpdir(), "sojourn-tls-"));
  const [key, cert] = [join(dir, "key.pem"), join(dir, "cert.pem")];
  await promisify(execFile)(found.openssl?.path ?? "openssl", [
    ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1"],
    ...["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", cert],
  ]);
  const pair = { key: await readFile(key), cert: await readFile(cert) };
  await rm(dir, { recursive: true });
  return pair;
}
