import type { Grant, ServerConvention, Verb } from "./convention.js";

/** What a refresh endpoint without a convention of its own may answer: the fields of a `Grant`, or of OAuth. */
export function readGrant(body: unknown): Grant {
  const grant = (body ?? {}) as Grant & { expires_in?: number };
  return typeof grant.expires_in === "number"
    ? { accessExpiresIn: grant.expires_in * 1000, ...grant }
    : grant;
}

/** `refresh: "/auth/refresh"`: a convention with one verb. */
export function endpoint<User>(refresh: string | Verb<User>): ServerConvention<User> {
  if (typeof refresh !== "string") return { refresh };
  return {
    refresh: async ({ send, idempotencyKey }) => {
      const reply = await send({
        url: refresh,
        method: "POST",
        headers: { "Idempotency-Key": idempotencyKey, "X-Sojourn": "1" },
      });
      return readGrant(reply.body) as Grant<User>;
    },
  };
}
