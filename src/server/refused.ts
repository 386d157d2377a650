import type { ServerReply } from "./convention.js";

/** A 401 of a server that speaks JSON. A proxy's is a page. */
export const refused = ({ status, body }: ServerReply): boolean =>
  status === 401 && typeof body === "object" && !!body;

/** A 401 of a server that says no more than that. A proxy's is a page. */
export const unauthorized = ({ status, headers }: ServerReply): boolean =>
  status === 401 && !/html/.test(headers.get("content-type") ?? "");

/** Where it is a 200 that nobody is signed in: `null`, or an object with nothing in it. */
export const nobody = ({ status, body }: ServerReply): boolean =>
  status === 200 && /^(null|{})$/.test(JSON.stringify(body));
