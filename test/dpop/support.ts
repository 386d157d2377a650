import { createHash } from "node:crypto";
import { calculateJwkThumbprint, EmbeddedJWK, type JWTPayload, jwtVerify } from "jose";
import { record } from "../../src/platform/record.js";
import { OAuthClient } from "../server/support/oauth.js";
import { serve, type TestServer } from "../server/support/server.js";

/** A demo server whose clock shows the time of day: it stands still, which no test notices in a minute. */
export async function serveNow(env: Record<string, string> = {}): Promise<TestServer> {
  const server = await serve(env);
  server.clock.advance(Date.now() - server.clock.now());
  return server;
}

/** The fields of an exchange of a new code, for `POST /oauth/token`. */
export async function exchangeOf(server: TestServer, change: Record<string, string> = {}) {
  const client = new OAuthClient(server.url);
  const sent = await client.submit(undefined, {}, change);
  return new URLSearchParams({
    grant_type: "authorization_code",
    client_id: "handover-spa",
    redirect_uri: client.redirectUri,
    code: new URL(sent.headers.get("location") ?? "").searchParams.get("code") ?? "",
    code_verifier: client.verifier,
  });
}

export const refreshOf = (refresh_token: string) =>
  new URLSearchParams({ grant_type: "refresh_token", client_id: "handover-spa", refresh_token });

interface ProofClaims extends JWTPayload {
  readonly htm: string;
  readonly htu: string;
  readonly nonce?: string;
  readonly ath?: string;
}

/** What the proof of a request says, its signature checked; `jkt`: by which key. */
export async function read(request: Request) {
  const { payload, protectedHeader } = await jwtVerify<ProofClaims>(
    request.headers.get("dpop") ?? "",
    EmbeddedJWK,
    { currentDate: new Date(0) },
  );
  const { jwk, ...header } = protectedHeader;
  return { header, jwk, jkt: await calculateJwkThumbprint(jwk ?? { kty: "" }), ...payload };
}

export const hash = (text: string) => createHash("sha256").update(text).digest("base64url");

/** What lies in the storage under a session's name. */
export const stored = (name: string) => record(`sojourn.${name}.dpop`);

let names = 0;
/** A name that no other test has used. */
export const newName = () => `test-${++names}`;
