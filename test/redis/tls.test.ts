import { fork } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { startTlsProxy } from "../../e2e/support/tls.js";
import { openRedis } from "../../src/backend/store/redis.js";
import { StoreUnavailable } from "../../src/backend/store/store.js";
import { temporaryFolder } from "../server/support/server.js";
import { commonRedis, VERSION } from "./support/redis.js";

const add = fileURLToPath(new URL("../server/store/add.ts", import.meta.url));

test(`rediss: what is said to Redis ${VERSION} goes through TLS, and to nobody whose certificate is not trusted`, async () => {
  const { url, prefix } = await commonRedis();
  const proxy = await startTlsProxy();
  onTestFinished(() => proxy.close());
  proxy.target = url;
  const secure = proxy.origin.replace("https:", "rediss:");

  const refused = await openRedis({ url: secure, prefix }).catch((error) => error);
  expect(refused).toBeInstanceOf(StoreUnavailable);
  expect(refused.message).toContain("self-signed certificate");

  // Node reads that setting as it starts.
  const authority = join(await temporaryFolder(), "authority.pem");
  await writeFile(authority, proxy.certificate);
  const child = fork(add, ["redis", secure, prefix, "counter/a", "10"], {
    execArgv: ["--import", "tsx"],
    env: { ...process.env, NODE_EXTRA_CA_CERTS: authority },
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  await once(child, "message");
  const ended = once(child, "exit");
  child.send("go");
  expect(await ended).toEqual([0, null]);
  const store = await openRedis({ url, prefix });
  onTestFinished(() => store.close());
  expect(await store.get("counter/a")).toBe(10);
});
