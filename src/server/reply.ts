import type { Grant } from "./convention.js";

/** What a server may say of a session. Over HTTP lifetimes are seconds, as in OAuth. */
export interface SessionReply<User = unknown> {
  readonly user?: User;
  /** The server's own public name for the session; another one after every sign-in. */
  readonly epoch?: string | number | null;
  readonly idleExpiresIn?: number | null;
  readonly absoluteExpiresIn?: number | null;
  readonly accessExpiresIn?: number | null;
  /** How long ago the user authenticated. */
  readonly authenticatedAgo?: number | null;
  /** The class of that authentication. */
  readonly acr?: string | null;
  readonly access_token?: string;
  readonly refresh_token?: string;
  readonly expires_in?: number | null;
  readonly token_type?: string;
}

/** A reply may hold anything: what is neither text nor a number is not told. */
const text = (value: unknown) =>
  typeof value === "string" || typeof value === "number" ? String(value) : undefined;
const token = (value: unknown) => (typeof value === "string" && value) || undefined;
/** What is no number of seconds is `NaN`, which nobody takes for a lifetime. */
const ms = (seconds: unknown) =>
  seconds == null ? undefined : Number.parseFloat(text(seconds) ?? "") * 1000;

/** Reads what it knows of, and leaves the rest. */
export function readReply<User>(body: unknown): Grant<User> {
  const said = (body ?? {}) as SessionReply<User>;
  return {
    ...(said.user !== undefined && { user: said.user }),
    marker: text(said.epoch),
    idleExpiresIn: ms(said.idleExpiresIn),
    absoluteExpiresIn: ms(said.absoluteExpiresIn),
    accessExpiresIn: ms(said.accessExpiresIn ?? said.expires_in),
    authenticatedAgo: ms(said.authenticatedAgo),
    acr: token(said.acr),
    accessToken: token(said.access_token),
    refreshToken: token(said.refresh_token),
    tokenType: token(said.token_type),
  };
}
