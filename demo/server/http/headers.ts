import type { IncomingMessage } from "node:http";
import helmet from "@fastify/helmet";
import type { FastifyInstance } from "fastify";

/** A worker is started from a string: the page that does so may make a policy for that one string. */
const policiesOf = ({ url }: IncomingMessage) =>
  url?.startsWith("/oauth-app/") ? "session-worker" : "'none'";

/**
 * Headers of every reply. Scripts and styles come from files of this origin only, and no script can turn a string
 * into code or markup: `trusted-types 'none'` leaves nothing to write into the dangerous sinks.
 * https://www.w3.org/TR/CSP3/ https://www.w3.org/TR/trusted-types/
 *
 * `no-store` is what a reply gets unless its route says otherwise, so that none is forgotten (OWASP ASVS 5.0, V14.3.2).
 */
export async function addHeaders(app: FastifyInstance, { secure }: { secure: boolean }): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", "data:"],
        connectSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        objectSrc: ["'none'"],
        requireTrustedTypesFor: ["'script'"],
        trustedTypes: [policiesOf],
        reportUri: ["/csp-report"],
      },
    },
    crossOriginOpenerPolicy: { policy: "same-origin" },
    frameguard: { action: "deny" },
    referrerPolicy: { policy: "no-referrer" },
    // Over plain http the header has no meaning (RFC 6797, 7.2), and on localhost it would break other projects.
    hsts: secure,
  });
  app.addHook("onRequest", async (_request, reply) => {
    reply.header("cache-control", "no-store");
  });
}
