import type { Settings } from "../options.js";
import type { Grant, ServerConvention } from "./convention.js";
import type { TokenReply } from "./presets/oauth2.js";

/** What a refresh endpoint without a convention of its own may answer: the fields of a `Grant`, or of OAuth. */
function readAny<User>(body: unknown): Grant<User> {
  const said = (body ?? {}) as Grant<User> & Partial<TokenReply>;
  return {
    accessToken: said.access_token,
    refreshToken: said.refresh_token,
    accessExpiresIn: said.expires_in == null ? undefined : said.expires_in * 1000,
    ...said,
  };
}

/** `refresh: "/auth/refresh"`, or a function, as a convention with one verb. */
export function conventionOf<User>({ server, csrf }: Settings<User>): ServerConvention<User> {
  if (typeof server === "object") return server;
  if (typeof server === "function") return { refresh: server };
  return {
    async refresh({ send, idempotencyKey }) {
      const headers = { ...csrf, "Idempotency-Key": idempotencyKey };
      const reply = await send({ url: server, method: "POST", headers });
      return readAny<User>(reply.body);
    },
  };
}
