import { randomUUID } from "node:crypto";
import { inject, onTestFinished } from "vitest";
import { RedisServer, type RedisServerOptions, redisVersion } from "../../../demo/cluster/redis-server.js";
import { found } from "../../../e2e/support/found.js";

const program = found.redis?.path ?? "redis-server";

export const VERSION = redisVersion(program);

/** The Redis of all tests, with a prefix of this one's own. */
export async function commonRedis(): Promise<{ readonly url: string; readonly prefix: string }> {
  return { url: inject("redisUrl"), prefix: `${randomUUID()}:` };
}

/** A Redis of this test's own. */
export async function ownRedis(settings: RedisServerOptions["settings"] = []): Promise<RedisServer> {
  const server = await RedisServer.start({ program, settings });
  onTestFinished(() => server.dispose());
  return server;
}
