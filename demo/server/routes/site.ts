import { existsSync } from "node:fs";
import { join, relative, sep } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance } from "fastify";
import type { Services } from "../services.js";

const NOT_BUILT = `<!doctype html><html lang="en"><title>Handover</title>
<p>The server is running, but the site has not been built yet: there is nothing in demo/dist.</p></html>`;

/** Hashed files never change; everything else is asked for again, so that a new build shows at once. */
export async function siteRoutes(app: FastifyInstance, { config }: Services): Promise<void> {
  const root = config.siteDir;
  if (!existsSync(join(root, "index.html"))) {
    app.get("/", async (_request, reply) => reply.type("text/html; charset=utf-8").send(NOT_BUILT));
    return;
  }
  await app.register(fastifyStatic, {
    root,
    dotfiles: "ignore",
    redirect: true,
    cacheControl: false,
    setHeaders: (reply, path) => {
      const hashed = relative(root, path).split(sep).slice(0, -1).includes("assets");
      reply.header("cache-control", hashed ? "public, max-age=31536000, immutable" : "no-cache");
    },
  });
}
