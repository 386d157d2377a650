import type { FastifyInstance } from "fastify";
import type { Services } from "../services.js";

/**
 * Where browsers send violations of the policy. They send no header of ours and no plain JSON type, and need no session.
 * https://www.w3.org/TR/CSP3/#reporting
 */
export function cspReportRoutes(app: FastifyInstance, { cspReports, metrics }: Services): void {
  app.addContentTypeParser(
    ["application/csp-report", "application/reports+json"],
    { parseAs: "string" },
    app.getDefaultJsonParser("error", "error"),
  );
  app.post("/csp-report", { config: { csrf: false } }, async (request, reply) => {
    metrics.count("cspReports");
    await cspReports.add(request.body);
    return reply.code(204).send();
  });
}
