import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Metrics } from "../metrics.js";

declare module "fastify" {
  interface FastifyContextConfig {
    /**
     * `false`: no browser adds a credential to it, the request has its own in the body or changes nothing. `"form"`: a
     * plain form of this origin may send it.
     */
    csrf?: false | "form";
  }
}

const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * A page of another origin can make a browser send a form, text/plain or an empty POST here, cookies and all.
 * It cannot send a header of its own or JSON without asking first (a preflight, which this server never grants).
 * SameSite cookies, `Sec-Fetch-Site` and `Origin` each say no as well: no single one is relied upon.
 * RFC 10017, 6.1.3.3 · https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
 */
export function refuseForgeries(
  app: FastifyInstance,
  publicOrigin: string | undefined,
  metrics: Metrics,
): void {
  app.addHook("onRequest", async (request, reply) => {
    const { csrf } = request.routeOptions.config;
    if (SAFE.has(request.method) || csrf === false) return;
    const ours = csrf === "form" || (request.headers["x-sojourn"] === "1" && isJsonOrEmpty(request));
    if (ours && isSameOrigin(request, publicOrigin)) return;
    metrics.count("csrfRefusals");
    return reply.code(403).send({ error: "csrf" });
  });
}

function isSameOrigin(request: FastifyRequest, publicOrigin: string | undefined): boolean {
  const { origin, host, "sec-fetch-site": site } = request.headers;
  if (site !== undefined && site !== "same-origin" && site !== "none") return false;
  // A page under `Referrer-Policy: no-referrer` that fetches with mode "same-origin" sends `Origin: null`;
  // then the browser's own word, which no page can forge, has to stand in.
  if (origin === "null") return site === "same-origin";
  return origin === undefined || origin === (publicOrigin ?? `http://${host}`);
}

function isJsonOrEmpty({ headers }: FastifyRequest): boolean {
  const type = headers["content-type"];
  if (type !== undefined) return /^application\/json\s*(;|$)/i.test(type);
  return headers["transfer-encoding"] === undefined && Number(headers["content-length"] ?? 0) === 0;
}
