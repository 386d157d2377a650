import type { FastifyInstance } from "fastify";

/** The routes of a server, as `GET /path`, from the tree that Fastify draws. */
export function routesOf(http: FastifyInstance): string[] {
  const path: string[] = [];
  return http
    .printRoutes({ commonPrefix: false })
    .split("\n")
    .flatMap((line) => {
      const [, indent = "", part = "", methods = ""] = /^([│ ]*)[├└]── (\S+) \(([A-Z, ]+)\)/.exec(line) ?? [];
      path.splice(indent.length / 4, path.length, part);
      return methods
        .split(", ")
        .filter((method) => method && method !== "HEAD")
        .map((method) => `${method} ${path.join("")}`);
    });
}
