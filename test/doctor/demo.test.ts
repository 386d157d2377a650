import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { serve, temporaryFolder } from "../server/support/server.js";
import { doctor, entries } from "./support/doctor.js";
import { LOGIN } from "./support/login.js";

const env = { PASSWORD: "lovelace" };

test("S1 S2 S3 S4 S6 S8 S9 C2 C3 C4 T1 finds nothing in the demo server, whose limits it waits out", async () => {
  const server = await serve({ LOGIN_RATE: "1000" });
  const { clock, url } = server;
  const args = [url, "--json", "--protected", "/api/notes", "--wait", "9h", ...LOGIN];
  const outcome = await doctor(args, { clock, env });
  expect(entries(outcome, "found")).toEqual({});
  // Users come over http here.
  expect(Object.keys(entries(outcome, "not-run"))).toEqual([
    "cookie-secure",
    "cookie-prefix",
    "hsts",
    "retry-after",
  ]);
  expect(outcome.code).toBe(0);
});

test("C1 finds nothing in the demo server behind what ends TLS", async () => {
  const origin = "https://handover.example";
  const { url, clock } = await serve({ LOGIN_RATE: "1000", PUBLIC_ORIGIN: origin });
  const outcome = await doctor([url, "--json", "--origin", origin, ...LOGIN], { clock, env });
  expect(entries(outcome, "found")).toEqual({});
  expect(Object.keys(entries(outcome, "not-run"))).toEqual(["idle-limit", "absolute-limit", "retry-after"]);
});

test("T1 S6 finds nothing in the demo's authorization server, where a module signs in and tokens carry the session", async () => {
  const { url, clock } = await serve({ LOGIN_RATE: "1000" });
  const config = join(await temporaryFolder(), "sojourn-doctor.mjs");
  await writeFile(
    config,
    `import { createHash, randomBytes } from "node:crypto";
     const base = ${JSON.stringify(url)};
     const client_id = "handover-spa";
     const redirect_uri = base + "/oauth-app/";
     export default {
       preset: "oauth2",
       options: { tokenUrl: "/oauth/token", revocationUrl: "/oauth/revoke", clientId: client_id, idempotency: true },
       protected: "/oauth/api/profile",
       async signIn(fetch) {
         const code_verifier = randomBytes(32).toString("base64url");
         const code_challenge = createHash("sha256").update(code_verifier).digest("base64url");
         const query = { response_type: "code", client_id, redirect_uri, code_challenge, code_challenge_method: "S256" };
         const form = new URLSearchParams({ username: "ada", password: "lovelace" });
         const reply = await fetch("/oauth/authorize?" + new URLSearchParams(query), { method: "POST", body: form });
         const code = new URL(reply.headers.get("location")).searchParams.get("code");
         const grant = new URLSearchParams({ grant_type: "authorization_code", client_id, redirect_uri, code, code_verifier });
         return (await fetch("/oauth/token", { method: "POST", body: grant })).json();
       },
     };`,
  );
  const outcome = await doctor([url, "--json", "--config", config], { clock });
  expect(entries(outcome, "found")).toEqual({});
  expect(entries(outcome, "passed")).toMatchObject({
    "refresh-rotates": "the credential after a refresh is another one",
    "refresh-reuse": "one that was spent two refreshes ago was refused",
    "reuse-revokes": expect.stringContaining("the session was over"),
    "lost-reply": expect.any(String),
    "sign-out-session": "what opened it before was refused",
    "sign-out-refresh": "it was refused",
  });
  expect(entries(outcome, "not-run").csrf).toContain("tokens carry the session");
});
