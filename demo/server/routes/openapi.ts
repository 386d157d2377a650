import type { FastifyInstance } from "fastify";
import { openApi } from "../openapi/document.js";
import type { Services } from "../services.js";

export function openApiRoutes(app: FastifyInstance, { config }: Services): void {
  const { publicOrigin, debugRoutes } = config;
  const description = openApi({ secure: publicOrigin?.startsWith("https:") ?? false, debugRoutes });
  app.get("/openapi.json", async () => description);
}
