import type { TestProject } from "vitest/node";
import { RedisServer } from "../../../demo/cluster/redis-server.js";
import { found } from "../../../e2e/support/found.js";

declare module "vitest" {
  interface ProvidedContext {
    redisUrl: string;
  }
}

/** One Redis for all tests, which share it by their prefixes. */
export default async function startRedis(project: TestProject): Promise<() => Promise<void>> {
  const program = found.redis?.path;
  const server = await RedisServer.start(program === undefined ? {} : { program });
  project.provide("redisUrl", server.url);
  return () => server.dispose();
}
