import type { Settings } from "../options.js";
import type { ServerConvention } from "./convention.js";
import { readReply } from "./reply.js";

/**
 * `refresh: "/auth/refresh"`, or a function, as a convention with one verb. The endpoint may answer with the fields of a
 * `bff` server or of OAuth, in seconds, or with nothing.
 */
export function conventionOf<User>({ server, csrf }: Settings<User>): ServerConvention<User> {
  if (typeof server === "object") return server;
  if (typeof server === "function") return { refresh: server };
  return {
    async refresh({ send, idempotencyKey }) {
      const headers = { ...csrf, "Idempotency-Key": idempotencyKey };
      // What it refreshes with can only be a cookie, also where it brings tokens.
      const reply = await send({ url: server, method: "POST", headers, credentials: "include" });
      return readReply<User>(reply.body);
    },
  };
}
