import type { Lifetimes } from "../core/commit.js";
import type { Moment } from "../core/time.js";
import { isSessionError, SessionError, type SessionErrorCode } from "../errors.js";
import { type Duration, milliseconds, type Settings } from "../options.js";
import type { Platform } from "../platform/platform.js";
import type { Credential } from "../secrets/vault.js";
import type { Grant, ServerConvention, ServerReply, ServerRequest, VerbName } from "./convention.js";
import { judgeReply } from "./outcome.js";
import type { Proof } from "./proof.js";
import type { SchemaResult, StandardSchema } from "./schema.js";

/** A grant, read: what it told, and when the request started that brought it. */
export interface Told<User> extends Lifetimes {
  readonly grant: Grant<User>;
  readonly wall: number;
  readonly now: number;
}

const invalid = (code: SessionErrorCode, what: string) => new SessionError(code, what);

/**
 * Throws `code` where a lifetime is none (`0` is one: it is over), where something else than text is in the place of text,
 * or a token is not bound to the key of `proof`.
 */
export function readGrant<User>(
  grant: Grant<User>,
  { wall, now }: Moment,
  code: SessionErrorCode,
  proof?: Proof,
): Told<User> {
  const lifetime = (value: Duration | undefined, name: string) => {
    if (value === undefined || value === 0) return value;
    try {
      return milliseconds(value, name);
    } catch {
      throw invalid(code, `${name} of the grant must be ms or like "15m".`);
    }
  };
  const { marker, acr } = grant;
  if (proof?.binds(grant) === false)
    throw invalid(code, "tokenType: the token of the grant is not bound to the key.");
  for (const name of ["marker", "acr", "accessToken", "refreshToken", "tokenType"] as const) {
    const said = grant[name] ?? "";
    if (typeof said !== "string" && (name !== "marker" || typeof said !== "number"))
      throw invalid(code, `${name} of the grant must be text.`);
  }
  return {
    grant,
    wall,
    now,
    idle: lifetime(grant.idleExpiresIn, "idleExpiresIn"),
    absolute: lifetime(grant.absoluteExpiresIn, "absoluteExpiresIn"),
    access: lifetime(grant.accessExpiresIn, "accessExpiresIn"),
    marker: marker == null ? undefined : String(marker).slice(0, 99),
    authenticated: lifetime(grant.authenticatedAgo, "authenticatedAgo"),
    acr: acr ?? undefined,
  };
}

/** The user as the schema wants it. What is wrong with another may quote personal data: it is not passed on. */
export async function checkUser<User>(
  grant: Grant<User>,
  schema: StandardSchema<User> | undefined,
): Promise<Grant<User>> {
  if (!schema || grant.user === undefined) return grant;
  let result: SchemaResult<User> | undefined;
  try {
    result = await schema["~standard"].validate(grant.user);
  } catch {
    // As good as an issue.
  }
  if (!result || result.issues) throw invalid("ERR_BAD_REPLY", "The user does not pass the schema.");
  return { ...grant, user: result.value };
}

interface AskOptions {
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
  /** @default that of the session as it stands */
  readonly credential?: Credential | undefined;
  readonly marker?: string | undefined;
  readonly input?: unknown;
  /** Looked at in the same task in which the request goes out. */
  readonly valid?: () => boolean;
}

/** Asks the server one thing, within the time limit. `null`: nobody is signed in. Rejects with a `SessionError` only. */
export type Ask<User> = (verb: VerbName, options?: AskOptions) => Promise<Told<User> | null>;

export function createAsk<User>(
  convention: ServerConvention<User>,
  platform: Pick<Platform, "clock" | "base" | "fetch">,
  tokens: { readonly holds: boolean; read(): Credential },
  { requestTimeout: limit, schema }: Pick<Settings<User>, "requestTimeout" | "schema">,
  moment: () => Moment,
): Ask<User> {
  const { clock } = platform;
  const { proof } = convention;

  async function send(
    verb: VerbName,
    request: ServerRequest,
    signal: AbortSignal,
    valid: () => boolean,
  ): Promise<ServerReply> {
    const go = (sent: Request) => (valid() ? platform.fetch(sent) : Promise.reject());
    const post = (sent: Request) => (proof ? proof.send(sent, go, { end: verb === "end" }) : go(sent));
    const headers = new Headers({ Accept: "application/json" });
    for (const [name, value] of Object.entries(request.headers ?? {})) if (value) headers.set(name, value);
    const { body } = request;
    const form = body instanceof URLSearchParams;
    if (body && !form) headers.set("Content-Type", "application/json");
    const response = await post(
      new Request(new URL(request.url, platform.base()), {
        method: request.method ?? "GET",
        headers,
        body: form ? body : body && JSON.stringify(body),
        // Tokens need no cookies, and a wildcard CORS policy forbids them.
        credentials: request.credentials ?? (tokens.holds ? "same-origin" : "include"),
        // Equal cacheable requests queue behind one another in Chromium.
        cache: "no-store",
        // A captive portal redirects; a server of sessions does not.
        redirect: "manual",
        // A sign-out outlives its page.
        keepalive: verb === "end",
        signal,
      } as RequestInit),
    );
    const text = await response.text();
    let json: unknown;
    let garbled = false;
    try {
      json = text ? JSON.parse(text) : undefined;
    } catch {
      garbled = /html|json/.test(response.headers.get("content-type") ?? "");
    }
    const reply = { status: response.status, headers: response.headers, body: json };
    judgeReply(reply, verb, convention as ServerConvention<never>, clock.wall());
    // A captive portal or a login page says 200, too.
    if (garbled) throw invalid("ERR_BAD_REPLY", `The server answered with something else (${verb}).`);
    return reply;
  }

  return (
    verb,
    { idempotencyKey = "", signal, marker, input, credential = tokens.read(), valid = () => true } = {},
  ) =>
    new Promise((resolve, reject) => {
      const abort = new AbortController();
      const started = moment();
      const fail = (code: SessionErrorCode, message: string) => {
        reject(invalid(code, message));
        abort.abort();
      };
      const cancel = clock.timer(limit, () =>
        fail("ERR_TIMEOUT", `The server did not answer in time (${verb}).`),
      );
      const stop = () => fail("ERR_UNAVAILABLE", `The request was given up (${verb}).`);
      signal?.addEventListener("abort", stop);
      const run = convention[verb];
      const asked = async () =>
        run?.({
          signal: abort.signal,
          idempotencyKey,
          marker: marker || undefined,
          input,
          ...credential,
          send: (request) => send(verb, request, abort.signal, valid),
        } as Parameters<typeof run>[0]);
      (signal?.aborted ? Promise.reject() : asked())
        .then(
          async (grant) =>
            resolve(
              grant === null
                ? null
                : readGrant(await checkUser(grant || {}, schema), started, "ERR_BAD_REPLY", proof),
            ),
          (error) => {
            // A message from outside may quote a request: it is not passed on.
            if (isSessionError(error)) throw error;
            throw invalid("ERR_UNAVAILABLE", `The server could not be reached (${verb}).`);
          },
        )
        .catch((error) =>
          reject(
            isSessionError(error)
              ? error
              : invalid("ERR_BAD_REPLY", `What came back cannot be read (${verb}).`),
          ),
        )
        .finally(() => {
          cancel();
          signal?.removeEventListener("abort", stop);
        });
    });
}
