import type { FastifyInstance } from "fastify";
import { BED_IDS } from "../handover/beds.js";
import type { Services } from "../services.js";

export const transferBody = {
  type: "object",
  required: ["from", "to"],
  additionalProperties: false,
  properties: { from: { enum: BED_IDS }, to: { enum: BED_IDS } },
} as const;

/**
 * A patient goes to another bed. Whoever has that done must be who they say: somebody may have left the desk. `csrf: false`
 * where no browser adds the credential of itself.
 */
export function transferRoutes(
  api: FastifyInstance,
  { beds, config }: Services,
  prefix = "",
  csrf?: false,
): void {
  const { transferMaxAge: maxAge } = config;
  api.post<{ Body: { from: string; to: string } }>(
    `${prefix}/transfers`,
    { schema: { body: transferBody }, config: { maxAge, ...(csrf === false && { csrf }) } },
    async (request, reply) => {
      const after = await beds.transfer(request.body.from, request.body.to);
      if (!after) return reply.code(409).send({ error: "conflict" });
      return reply.code(201).send({ beds: after });
    },
  );
}
