import type { Origins } from "./origins.js";

/** What a page of another origin that is listed may send (https://fetch.spec.whatwg.org/#http-cors-protocol). */
const GRANTED = {
  "access-control-allow-methods": "GET, POST, DELETE",
  "access-control-allow-headers": "content-type, idempotency-key, x-sojourn",
  "access-control-max-age": "600",
};

/** The answer to a preflight: from an origin that is not listed, it grants nothing. */
export function preflight(request: Request, origins: Origins): Response {
  const granted = origins.lists(request.headers.get("origin"));
  return new Response(null, { status: 204, headers: granted ? GRANTED : {} });
}

/** Lets a listed origin read the reply. */
export function allowReading(request: Request, origins: Origins, { headers }: Response): void {
  if (!origins.listsAny) return;
  headers.append("vary", "origin");
  const origin = request.headers.get("origin");
  if (!origins.lists(origin)) return;
  headers.set("access-control-allow-origin", origin);
  headers.set("access-control-allow-credentials", "true");
  headers.set("access-control-expose-headers", "date, retry-after, www-authenticate");
}
