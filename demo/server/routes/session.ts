import type { FastifyInstance } from "fastify";
import { asRequest } from "../http/fetch.js";
import { answerWith } from "../http/status-trouble.js";
import { loseReply } from "../http/troubled.js";
import type { Services } from "../services.js";

/** What `sojourn/server` answers, and the troubles that befall a refresh. */
export function sessionRoutes(app: FastifyInstance, { auth, metrics, trouble }: Services): void {
  // It reads the bodies itself.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "string" }, (_request, body, done) => {
    done(null, body);
  });

  for (const { method, path } of auth.routes.filter((route) => route.path !== "/refresh"))
    app.route({
      method,
      url: path,
      handler: async (request, reply) => reply.send(await auth.handle(asRequest(request))),
    });

  app.post(
    "/refresh",
    { onRequest: async () => metrics.count("refreshRequests") },
    async (request, reply) => {
      const status = await trouble.takeStatus();
      if (status) return answerWith(reply, status);
      if (await trouble.takeRejection()) await auth.revoke(asRequest(request));
      const said = await auth.handle(asRequest(request));
      if (said.ok && (await trouble.takeDeath())) process.kill(process.pid, "SIGKILL");
      const loss = said.ok && (await trouble.takeLostReply());
      if (loss) return loseReply(loss, request, reply, said);
      return reply.send(said);
    },
  );
}
