import type { FastifyInstance } from "fastify";
import { loopbackOnly } from "../http/loopback.js";
import { endUser } from "../operator.js";
import type { Services } from "../services.js";
import type { TroubleState } from "../trouble.js";

export const troubleOrder = {
  type: "object",
  additionalProperties: false,
  properties: {
    down: { type: "boolean" },
    slowMs: { type: "integer", minimum: 0, maximum: 60_000 },
    rejectNextRefresh: { type: "boolean" },
    loseNextReply: { enum: [false, true, "half", "gateway"] },
    dieNextRotation: { type: "boolean" },
    wantNonce: { type: "boolean" },
    newNonce: { type: "boolean" },
    status: {
      type: ["object", "null"],
      required: ["status"],
      additionalProperties: false,
      properties: {
        status: { type: "integer", minimum: 200, maximum: 599 },
        retryAfter: { type: "integer", minimum: 0 },
        body: { enum: ["json", "html"], default: "json" },
        count: { type: "integer", minimum: 1, default: 1 },
      },
    },
    endSession: { type: "string" },
  },
} as const;

interface TroubleOrder extends Partial<TroubleState> {
  /** The user name whose sessions an operator ends, at once. */
  readonly endSession?: string;
}

/** What the demo's side panel and the tests look at and play with. Not for the world. */
export function debugRoutes(debug: FastifyInstance, services: Services): void {
  const { cspReports, metrics, trouble } = services;
  loopbackOnly(debug);

  debug.get("/metrics", async () => metrics.snapshot());
  debug.get("/csp", async () => ({ reports: await cspReports.latest() }));
  debug.get("/trouble", async () => trouble.state());

  debug.post<{ Body: TroubleOrder }>(
    "/trouble",
    { schema: { body: troubleOrder } },
    async (request, reply) => {
      const { endSession, ...change } = request.body;
      if (endSession !== undefined && (await endUser(services, endSession)) === undefined)
        return reply.code(400).send({ error: "invalid_request", message: "body/endSession: no such user" });
      return trouble.set(change);
    },
  );

  debug.post("/reset", async () => {
    await metrics.reset();
    await cspReports.clear();
    return trouble.reset();
  });
}
