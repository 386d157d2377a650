import type { Settings } from "../options.js";
import type { Grant, ServerConvention } from "./convention.js";

/** What a refresh endpoint without a convention of its own may answer: the fields of a `Grant`, or of OAuth. */
function readAny(body: unknown): Grant {
  const grant = (body ?? {}) as Grant & { expires_in?: number };
  return typeof grant.expires_in === "number"
    ? { accessExpiresIn: grant.expires_in * 1000, ...grant }
    : grant;
}

/** `refresh: "/auth/refresh"`, or a function, as a convention with one verb. */
export function conventionOf<User>({ server, csrf }: Settings<User>): ServerConvention<User> {
  if (typeof server === "object") return server;
  if (typeof server === "function") return { refresh: server };
  return {
    async refresh({ send, idempotencyKey }) {
      const headers = { ...csrf, "Idempotency-Key": idempotencyKey };
      const reply = await send({ url: server, method: "POST", headers });
      return readAny(reply.body) as Grant<User>;
    },
  };
}
