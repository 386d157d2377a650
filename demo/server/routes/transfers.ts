import type { FastifyInstance } from "fastify";
import { BED_IDS } from "../handover/beds.js";
import type { Services } from "../services.js";

export const transferBody = {
  type: "object",
  required: ["from", "to"],
  additionalProperties: false,
  properties: { from: { enum: BED_IDS }, to: { enum: BED_IDS } },
} as const;

/** A patient goes to another bed. Whoever has that done must be who they say: somebody may have left the desk. */
export function transferRoutes(api: FastifyInstance, { beds, config }: Services): void {
  api.post<{ Body: { from: string; to: string } }>(
    "/transfers",
    { schema: { body: transferBody }, config: { maxAge: config.transferMaxAge } },
    async (request, reply) => {
      const after = await beds.transfer(request.body.from, request.body.to);
      if (!after) return reply.code(409).send({ error: "conflict" });
      return reply.code(201).send({ beds: after });
    },
  );
}
