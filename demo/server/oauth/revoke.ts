import type { FastifyInstance } from "fastify";
import { hashOf } from "../../../src/backend/ids.js";
import type { Services } from "../services.js";
import { CLIENT_ID } from "./client.js";
import { splitRefreshToken } from "./refresh-token.js";

/** Ends the whole grant, whichever of its tokens comes. A token that means nothing is no error (RFC 7009, 2.2). */
export function revokeRoutes(app: FastifyInstance, { metrics, oauth }: Services): void {
  const { accessTokens, grants } = oauth;
  app.post<{ Body: Readonly<Record<string, string>> | null }>(
    "/revoke",
    { config: { csrf: false } },
    async ({ body }, reply) => {
      if (body?.client_id !== CLIENT_ID) return reply.code(400).send({ error: "invalid_client" });
      if (!body.token) return reply.code(400).send({ error: "invalid_request" });
      const { id } = splitRefreshToken(body.token);
      const handle = (await accessTokens.read(body.token)) ?? (id && hashOf(id));
      if (handle && (await grants.endHandle(handle, "ended"))) metrics.count("signOuts");
      return reply.send();
    },
  );
}
