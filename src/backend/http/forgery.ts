import type { Backend } from "../backend.js";
import type { Origins } from "./origins.js";
import { json } from "./replies.js";

const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * A page of another origin can make a browser send a form, text/plain or an empty POST here, cookies and all.
 * It cannot send a header of its own or JSON without asking first (a preflight, which only listed origins are granted).
 * SameSite cookies, `Sec-Fetch-Site` and `Origin` each say no as well: no single one is relied upon.
 * RFC 10017, 6.1.3.3 · https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
 *
 * With `form`, a plain form of this origin may send it.
 */
export function refuseForgery(
  { origins, tell }: Pick<Backend<unknown>, "origins" | "tell">,
  request: Request,
  form = false,
): Response | undefined {
  const { method, headers } = request;
  const ours = form || (headers.get("x-sojourn") === "1" && isJsonOrEmpty(headers));
  if (SAFE.has(method) || (ours && isFromHere(request, origins))) return undefined;
  tell("forged");
  return json(403, { error: "csrf" });
}

function isFromHere(request: Request, origins: Origins): boolean {
  const origin = request.headers.get("origin");
  const site = request.headers.get("sec-fetch-site");
  if (origins.lists(origin)) return true;
  if (site !== null && site !== "same-origin" && site !== "none") return false;
  // A page under `Referrer-Policy: no-referrer` that fetches with mode "same-origin" sends `Origin: null`;
  // then the browser's own word, which no page can forge, has to stand in.
  if (origin === "null") return site === "same-origin";
  return origin === null || origin === origins.of(request);
}

function isJsonOrEmpty(headers: Headers): boolean {
  const type = headers.get("content-type");
  if (type !== null) return /^application\/json\s*(;|$)/i.test(type);
  return !headers.has("transfer-encoding") && Number(headers.get("content-length") ?? 0) === 0;
}
