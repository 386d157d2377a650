import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

/**
 * What is looked at before any route of this scope: gives the reply of a refusal, or `undefined` where the request may go
 * on.
 *
 * With a callback, which a refusal does not call. An `async` hook that returns the reply is done when the connection is,
 * and then the route runs: who hangs up before the refusal has arrived would be let in.
 * https://fastify.dev/docs/latest/Reference/Hooks/#respond-to-a-request-from-a-hook
 */
export function guard(
  app: FastifyInstance,
  refuse: (request: FastifyRequest, reply: FastifyReply) => Promise<Response | undefined>,
): void {
  app.addHook("onRequest", (request, reply, done) => {
    refuse(request, reply).then((refusal) => {
      if (refusal) reply.send(refusal);
      else done();
    }, done);
  });
}
