import type { FastifyInstance } from "fastify";
import type { Services } from "../services.js";

/** The limits, in milliseconds, so that the site need not be told twice. Public: anybody could measure them. */
export function limitRoutes(app: FastifyInstance, { config }: Services): void {
  app.get("/config", async () => {
    const { limits, idleWarning, requestTimeout } = config;
    return { ...limits, idleWarning, requestTimeout };
  });
}
