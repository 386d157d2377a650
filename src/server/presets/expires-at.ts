import { address, textOf } from "../address.js";
import type { Grant, ServerConvention, ServerReply } from "../convention.js";
import { refused } from "../refused.js";
import { until } from "../until.js";

/** The options of {@link expiresAt}. */
export interface ExpiresAtOptions {
  /** The endpoint that tells when the session expires. A GET of it must not extend the session. */
  url: string;
  /** The method that extends the session, at the same endpoint. @default "PATCH" */
  method?: string;
  /** The endpoint that extends the session, where it is another one. @default `url` */
  touchUrl?: string;
  /** What the instant is called: a date (ISO 8601), or seconds since the epoch. @default "expires_at" */
  field?: string;
  /** Where a sign-out is posted to. @default none: a sign-out ends the session here only */
  signOutUrl?: string;
  /** Sent with every request that changes something: a page of another origin cannot. @default { "X-Sojourn": "1" } */
  headers?: Record<string, string>;
}

/**
 * An endpoint that tells when the session expires, and nothing else: `GET` → `{ "expires_at": "2026-11-26T22:00:00Z" }`,
 * `PATCH` extends. Public services have such (the ONS questionnaire runner, login.gov with `field: "timeout"`). The user is
 * not told: whoever signs in says it with `session.start({ user })`.
 * @see https://github.com/ONSdigital/eq-questionnaire-runner/blob/main/app/routes/session.py
 * @see https://github.com/18F/identity-idp/blob/main/app/controllers/api/internal/sessions_controller.rb
 */
export function expiresAt<User = never>(options: ExpiresAtOptions): ServerConvention<User> {
  const url = address("url", options.url);
  const method = textOf("method", options.method ?? "PATCH");
  const field = textOf("field", options.field ?? "expires_at");
  const touchUrl = address("touchUrl", options.touchUrl ?? url);
  const signOutUrl = options.signOutUrl && address("signOutUrl", options.signOutUrl);
  const { headers = { "X-Sojourn": "1" } } = options;
  const told = ({ body }: ServerReply) => (body as Record<string, unknown> | null | undefined)?.[field];
  /** `null` in the instant's place, or `live: false`. */
  const none = (reply: ServerReply) =>
    reply.status === 200 &&
    (told(reply) === null || (reply.body as { live?: unknown } | null)?.live === false);
  // What is not told at all is no instant, and a bad reply.
  const read = (reply: ServerReply): Grant<User> => ({
    idleExpiresIn: until(told(reply) ?? "", reply.headers),
  });
  return {
    async peek({ send }) {
      const reply = await send({ url });
      return none(reply) ? null : read(reply);
    },
    touch: async ({ send }) => read(await send({ url: touchUrl, method, headers })),
    ...(signOutUrl && {
      end: async ({ send }) => void (await send({ url: signOutUrl, method: "POST", headers })),
    }),
    peekSlides: false,
    slides: "always",
    expiry: "server",
    tokens: "none",
    endedOn: (reply, verb) => refused(reply) || (verb === "touch" && none(reply)),
  };
}
