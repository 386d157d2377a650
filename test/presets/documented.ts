import { expect } from "vitest";
import type { Grant, ServerConvention, VerbName } from "../../src/server/convention.js";
import * as presets from "../../src/server/presets/index.js";
import type { Answer, Seen } from "./support.js";

/** What a preset's server is documented to speak, and what the preset is to make of it. */
export interface Documented {
  /** Where the shapes of the replies are from. */
  readonly source: string;
  readonly make: (server: string) => ServerConvention<unknown>;
  /** What the tab holds. */
  readonly tokens?: Grant;
  /** The cookies that scripts of the page may read. */
  readonly cookies?: string;
  /** What the server answers. */
  readonly routes: Readonly<Record<string, Answer>>;
  /** By verb: what is sent, in order, and what is understood. */
  readonly verbs: Partial<Record<VerbName, { sends: readonly Sent[]; told?: object | null }>>;
  readonly traits: Pick<ServerConvention, "peekSlides" | "slides" | "expiry" | "tokens">;
  /** The requests that extend the session at the server. */
  readonly extending: RegExp;
  /** The replies that end the session, beside those that are told for all. */
  readonly ends: readonly [what: string, verb: VerbName, answer: Answer][];
  /** The replies that others would take for the end. */
  readonly keeps?: readonly [what: string, verb: VerbName, answer: Answer][];
  /** The replies that say that nobody is signed in, to a peek. */
  readonly nobody?: readonly Answer[];
}

export const verbsOf = ({ verbs }: Documented) => Object.keys(verbs) as VerbName[];

interface Sent {
  readonly line: string;
  readonly headers?: Seen["headers"];
  readonly body?: string;
}

/** The server's clock is years away from the one here: nothing may depend on that. */
export const SERVER_NOW = Date.parse("2031-05-06T07:08:09Z");
/** The same as the server says it. */
export const DATE = new Date(SERVER_NOW).toUTCString();
const inSeconds = (seconds: number) => new Date(SERVER_NOW + seconds * 1000);
const iso = (seconds: number) => inSeconds(seconds).toISOString();
const unix = (seconds: number) => inSeconds(seconds).getTime() / 1000;

const form = (fields: Record<string, string>) => `${new URLSearchParams(fields)}`;
const json = JSON.stringify;

/** Whatever has this in it is nobody's business: it must never be in an address. */
export const SECRET = "s3cr3t";
const tokens = { accessToken: `a-${SECRET}`, refreshToken: `r-${SECRET}` };
const renewed = { access_token: `a2-${SECRET}`, refresh_token: `r2-${SECRET}`, token_type: "Bearer" };

const frontToken = (payload: object) =>
  Buffer.from(json({ uid: "ada", ate: unix(3600) * 1000, up: payload })).toString("base64");
const superTokens = {
  rid: "session",
  "st-auth-mode": "cookie",
  "fdi-version": expect.stringContaining("4.1"),
};
const supabaseHeaders = { apikey: "publishable", "x-supabase-api-version": "2024-01-01" };
const bffSession = {
  user: { id: 1, name: "Ada" },
  epoch: 7,
  idleExpiresIn: 900,
  absoluteExpiresIn: 28_800,
  accessExpiresIn: 60,
};
const bffTold = {
  idle: 900_000,
  absolute: 28_800_000,
  access: 60_000,
  marker: "7",
  grant: { user: { id: 1 } },
};
const betterAuthSession = {
  session: { id: "s1", createdAt: iso(-60), expiresAt: iso(604_800), userId: "ada" },
  user: { id: "ada", email: "ada@example.com" },
};
const betterAuthTold = {
  idle: 604_800_000,
  marker: "s1",
  authenticated: 60_000,
  grant: { user: { id: "ada" } },
};
const claims = [
  { type: "sub", value: "88421113" },
  { type: "sid", value: "173E78" },
  { type: "role", value: "nurse" },
  { type: "role", value: "lead" },
  { type: "auth_time", value: String(unix(-30)) },
  { type: "bff:logout_url", value: "/bff/logout?sid=173E78" },
  { type: "bff:session_expires_in", value: 28_799 },
];
const duendeTold = {
  idle: 28_799_000,
  authenticated: 30_000,
  grant: { user: { sub: "88421113", role: ["nurse", "lead"] } },
};
const challenge = { status: 401, headers: { "www-authenticate": "Bearer", "content-type": "" }, body: "" };
const anonymous = { status: 401, headers: { "content-type": "text/plain" }, body: "Unauthorized\n" };
const allauthUser = { id: 123, display: "Ada", email: "ada@example.com" };

export const documented: Readonly<Record<string, Documented>> = {
  bff: {
    source: "docs/servers.md",
    make: () => presets.bff({ baseUrl: "/auth" }),
    routes: {
      "GET /auth/session": { body: bffSession },
      "POST /auth/session/touch": { body: bffSession },
      "POST /auth/refresh": { body: bffSession },
      "POST /auth/logout": { status: 204 },
    },
    verbs: {
      peek: { sends: [{ line: "GET /auth/session" }], told: bffTold },
      touch: { sends: [{ line: "POST /auth/session/touch", headers: { "x-sojourn": "1" } }], told: bffTold },
      refresh: {
        sends: [{ line: "POST /auth/refresh", headers: { "x-sojourn": "1", "idempotency-key": "p.7.3" } }],
        told: bffTold,
      },
      end: { sends: [{ line: "POST /auth/logout", headers: { "x-sojourn": "1" } }] },
    },
    traits: { peekSlides: false, slides: "always", expiry: "server", tokens: "none" },
    extending: /touch/,
    ends: [["no session", "peek", { status: 401, body: { error: "no_session", reason: "idle" } }]],
  },

  oauth2: {
    source: "https://www.rfc-editor.org/rfc/rfc6749#section-5",
    make: (server) =>
      presets.oauth2({ tokenUrl: `${server}/token`, clientId: "app", revocationUrl: `${server}/revoke` }),
    tokens,
    routes: {
      "POST /token": { body: { ...renewed, expires_in: 300 } },
      "POST /revoke": { status: 200, body: {} },
    },
    verbs: {
      refresh: {
        sends: [
          {
            line: "POST /token",
            body: form({
              client_id: "app",
              grant_type: "refresh_token",
              refresh_token: tokens.refreshToken,
            }),
          },
        ],
        told: { access: 300_000, grant: { accessToken: renewed.access_token } },
      },
      end: {
        sends: [{ line: "POST /revoke", body: form({ client_id: "app", token: tokens.refreshToken }) }],
      },
    },
    traits: { peekSlides: false, expiry: "server", tokens: "memory" },
    extending: /none/,
    ends: [["invalid_grant", "refresh", { status: 400, body: { error: "invalid_grant" } }]],
    keeps: [
      ["invalid_request", "refresh", { status: 400, body: { error: "invalid_request" } }],
      ["invalid_client", "refresh", { status: 401, body: { error: "invalid_client" } }],
    ],
  },

  keycloak: {
    source: "https://www.keycloak.org/securing-apps/oidc-layers",
    make: (server) => presets.keycloak({ url: `${server}/`, realm: "Klinik Süd", clientId: "app" }),
    tokens,
    routes: {
      "POST /realms/Klinik%20S%C3%BCd/protocol/openid-connect/token": {
        body: { ...renewed, expires_in: 300, refresh_expires_in: 1800, "not-before-policy": 0 },
      },
      "POST /realms/Klinik%20S%C3%BCd/protocol/openid-connect/logout": { status: 204 },
    },
    verbs: {
      refresh: {
        sends: [
          {
            line: "POST /realms/Klinik%20S%C3%BCd/protocol/openid-connect/token",
            body: form({
              client_id: "app",
              grant_type: "refresh_token",
              refresh_token: tokens.refreshToken,
            }),
          },
        ],
        told: { access: 300_000, idle: 1_800_000 },
      },
      end: {
        sends: [
          {
            line: "POST /realms/Klinik%20S%C3%BCd/protocol/openid-connect/logout",
            body: form({ client_id: "app", refresh_token: tokens.refreshToken }),
          },
        ],
      },
    },
    traits: { peekSlides: false, expiry: "server", tokens: "memory" },
    extending: /none/,
    ends: [
      [
        "a session that is not active",
        "refresh",
        {
          status: 400,
          body: { error: "invalid_grant", error_description: "Session not active" },
        },
      ],
    ],
    keeps: [["another client", "refresh", { status: 401, body: { error: "unauthorized_client" } }]],
  },

  supabase: {
    source: "https://github.com/supabase/auth/blob/master/internal/tokens/service.go",
    make: (server) => presets.supabase({ url: `${server}/auth/v1`, apiKey: "publishable" }),
    tokens,
    routes: {
      "POST /auth/v1/token?grant_type=refresh_token": {
        body: {
          ...renewed,
          expires_in: 3600,
          expires_at: unix(3600),
          user: { id: "ada", aud: "authenticated" },
        },
      },
      "POST /auth/v1/logout?scope=local": { status: 204 },
    },
    verbs: {
      refresh: {
        sends: [
          {
            line: "POST /auth/v1/token?grant_type=refresh_token",
            headers: { ...supabaseHeaders, "content-type": "application/json" },
            body: json({ refresh_token: tokens.refreshToken }),
          },
        ],
        told: { access: 3_600_000, grant: { user: { id: "ada" } } },
      },
      end: {
        sends: [
          {
            line: "POST /auth/v1/logout?scope=local",
            headers: { ...supabaseHeaders, authorization: `Bearer ${tokens.accessToken}` },
          },
        ],
      },
    },
    traits: { peekSlides: false, expiry: "server", tokens: "memory" },
    extending: /none/,
    ends: [
      ["a token that is unknown", "refresh", { status: 400, body: { code: "refresh_token_not_found" } }],
      ["a token that was used", "refresh", { status: 400, body: { code: "refresh_token_already_used" } }],
      ["a session that is over", "refresh", { status: 400, body: { code: "session_expired" } }],
      [
        "the same in an older version",
        "refresh",
        { status: 400, body: { code: 400, error_code: "session_not_found", msg: "…" } },
      ],
      ["the same before that", "refresh", { status: 400, body: { error: "invalid_grant" } }],
      ["a session that is gone", "end", { status: 403, body: { code: "session_not_found" } }],
    ],
    keeps: [
      ["too many requests", "refresh", { status: 429, body: { code: "over_request_rate_limit" } }],
      ["a wrong key", "refresh", { status: 401, body: { message: "Invalid API key" } }],
      ["a conflict", "refresh", { status: 409, body: { code: "conflict" } }],
    ],
  },

  supertokens: {
    source: "https://github.com/supertokens/supertokens-website/blob/master/lib/ts/fetch.ts",
    make: () => presets.supertokens(),
    routes: {
      "POST /auth/session/refresh": {
        headers: {
          "front-token": frontToken({ iat: unix(0), sessionHandle: "h1", name: "Ådä" }),
        },
        body: {},
      },
      "POST /auth/signout": { body: { status: "OK" } },
    },
    verbs: {
      refresh: {
        sends: [{ line: "POST /auth/session/refresh", headers: superTokens }],
        told: { access: 3_600_000, marker: "h1", grant: { user: { id: "ada", name: "Ådä" } } },
      },
      end: { sends: [{ line: "POST /auth/signout", headers: superTokens }] },
    },
    traits: { peekSlides: false, expiry: "server", tokens: "none" },
    extending: /none/,
    ends: [
      [
        "unauthorised",
        "refresh",
        { status: 401, headers: { "front-token": "remove" }, body: { message: "unauthorised" } },
      ],
      ["theft", "refresh", { status: 401, body: { message: "token theft detected" } }],
    ],
    keeps: [
      ["a 200 without front-token", "refresh", { body: { status: "OK" } }],
      ["a front-token that was cleared", "refresh", { headers: { "front-token": "remove" }, body: {} }],
      ["try refresh token", "end", { status: 401, body: { message: "try refresh token" } }],
      ["a claim that is missing", "refresh", { status: 403, body: { message: "invalid claim" } }],
    ],
  },

  authjs: {
    source: "https://github.com/nextauthjs/next-auth/blob/main/packages/core/src/lib/actions/session.ts",
    make: () => presets.authjs(),
    routes: {
      "GET /api/auth/session": {
        body: { user: { name: "Ada", email: "ada@example.com", image: null }, expires: iso(2_592_000) },
      },
      "GET /api/auth/csrf": { body: { csrfToken: `csrf-${SECRET}` } },
      "POST /api/auth/signout": { body: { url: "http://localhost/" } },
    },
    verbs: {
      peek: {
        sends: [{ line: "GET /api/auth/session" }],
        told: { idle: 2_592_000_000, grant: { subject: "ada@example.com", user: { name: "Ada" } } },
      },
      touch: { sends: [{ line: "GET /api/auth/session" }], told: { idle: 2_592_000_000 } },
      end: {
        sends: [
          { line: "GET /api/auth/csrf" },
          {
            line: "POST /api/auth/signout",
            headers: { "x-auth-return-redirect": "1" },
            body: form({ csrfToken: `csrf-${SECRET}`, json: "true" }),
          },
        ],
      },
    },
    traits: { peekSlides: true, slides: "always", expiry: "server", tokens: "none" },
    extending: /GET .*session/,
    ends: [
      ["null", "touch", { body: null }],
      ["an empty object", "touch", { body: {} }],
    ],
    keeps: [
      [
        "an error of its configuration",
        "touch",
        { status: 500, body: { message: "There was a problem with the server configuration." } },
      ],
    ],
    nobody: [{ body: null }, { body: {} }],
  },

  betterAuth: {
    source:
      "https://github.com/better-auth/better-auth/blob/main/packages/better-auth/src/api/routes/session.ts",
    make: () => presets.betterAuth(),
    routes: {
      "GET /api/auth/get-session?disableCookieCache=true&disableRefresh=true": { body: betterAuthSession },
      "GET /api/auth/get-session?disableCookieCache=true": { body: betterAuthSession },
      "POST /api/auth/sign-out": { body: { success: true } },
    },
    verbs: {
      peek: {
        sends: [{ line: "GET /api/auth/get-session?disableCookieCache=true&disableRefresh=true" }],
        told: betterAuthTold,
      },
      touch: {
        sends: [{ line: "GET /api/auth/get-session?disableCookieCache=true" }],
        told: betterAuthTold,
      },
      end: { sends: [{ line: "POST /api/auth/sign-out", body: "{}" }] },
    },
    traits: { peekSlides: false, slides: "updateAge", expiry: "server", tokens: "none" },
    extending: /get-session(?!.*disableRefresh=true)/,
    ends: [
      ["null", "touch", { body: null }],
      ["unauthorized", "touch", { status: 401, body: { code: "FAILED_TO_GET_SESSION" } }],
    ],
    keeps: [["a fault", "touch", { status: 500, body: { code: "FAILED_TO_GET_SESSION" } }]],
    nobody: [{ body: null }],
  },

  duende: {
    source: "https://docs.duendesoftware.com/bff/fundamentals/session/management/user/",
    make: () => presets.duende(),
    routes: {
      "GET /bff/user?slide=false": { body: claims },
      "GET /bff/user": { body: claims },
      "GET /bff/logout?sid=173E78": {
        status: 302,
        headers: { location: "https://id.example.com/" },
        body: "",
      },
    },
    verbs: {
      peek: {
        sends: [{ line: "GET /bff/user?slide=false", headers: { "x-csrf": "1" } }],
        told: duendeTold,
      },
      touch: { sends: [{ line: "GET /bff/user", headers: { "x-csrf": "1" } }], told: duendeTold },
    },
    traits: { peekSlides: false, slides: "half", expiry: "server", tokens: "none" },
    extending: /user(?!\?slide=false)/,
    ends: [
      ["401 without a body", "touch", { status: 401, headers: { "content-type": "" }, body: "" }],
      ["401 without a body", "peek", { status: 401, headers: { "content-type": "" }, body: "" }],
      ["null", "touch", { body: null }],
    ],
    keeps: [["a list without sub", "touch", { body: [{ type: "name", value: "Ada" }] }]],
    nobody: [{ body: null }],
  },

  aspnetIdentity: {
    source:
      "https://github.com/dotnet/aspnetcore/blob/main/src/Identity/Core/src/IdentityApiEndpointRouteBuilderExtensions.cs",
    make: () => presets.aspnetIdentity({ baseUrl: "/identity", signOutUrl: "/identity/logout" }),
    tokens,
    routes: {
      "POST /identity/refresh": {
        body: {
          tokenType: "Bearer",
          accessToken: `a2-${SECRET}`,
          expiresIn: 3600,
          refreshToken: `r2-${SECRET}`,
        },
      },
      "POST /identity/logout": { status: 200, body: "" },
    },
    verbs: {
      refresh: {
        sends: [{ line: "POST /identity/refresh", body: json({ refreshToken: tokens.refreshToken }) }],
        told: {
          access: 3_600_000,
          grant: { accessToken: `a2-${SECRET}`, refreshToken: `r2-${SECRET}`, tokenType: "Bearer" },
        },
      },
      end: {
        sends: [
          {
            line: "POST /identity/logout",
            headers: { authorization: `Bearer ${tokens.accessToken}` },
            body: "{}",
          },
        ],
      },
    },
    traits: { peekSlides: false, slides: "half", expiry: "server", tokens: "memory" },
    extending: /none/,
    ends: [["a challenge", "refresh", challenge]],
    keeps: [["a validation problem", "refresh", { status: 400, body: { title: "Bad Request" } }]],
  },

  "aspnetIdentity with a cookie": {
    source: "https://learn.microsoft.com/aspnet/core/security/authentication/identity-api-authorization",
    make: () => presets.aspnetIdentity({ cookies: true, signOutUrl: "/logout" }),
    routes: {
      "GET /manage/info": { body: { email: "ada@example.com", isEmailConfirmed: true } },
      "POST /logout": { status: 200, body: "" },
    },
    verbs: {
      peek: {
        sends: [{ line: "GET /manage/info" }],
        told: { grant: { subject: "ada@example.com", user: { email: "ada@example.com" } } },
      },
      touch: { sends: [{ line: "GET /manage/info" }] },
      end: { sends: [{ line: "POST /logout", body: "{}" }] },
    },
    traits: { peekSlides: true, slides: "half", expiry: "estimate", tokens: "none" },
    extending: /GET/,
    ends: [["a challenge", "touch", challenge]],
  },

  sanctum: {
    source: "https://laravel.com/docs/12.x/sanctum#spa-authentication",
    make: () => presets.sanctum(),
    cookies: `theme=dark; XSRF-TOKEN=eyJ${SECRET}%3D%3D; other=1`,
    routes: {
      "GET /api/user": { body: { id: 1, name: "Ada" } },
      "GET /sanctum/csrf-cookie": { status: 204 },
      "POST /logout": { status: 204 },
    },
    verbs: {
      peek: { sends: [{ line: "GET /api/user" }], told: { grant: { user: { id: 1 } } } },
      touch: { sends: [{ line: "GET /api/user" }] },
      end: {
        sends: [
          { line: "GET /sanctum/csrf-cookie" },
          { line: "POST /logout", headers: { "x-xsrf-token": `eyJ${SECRET}==` } },
        ],
      },
    },
    traits: { peekSlides: true, slides: "always", expiry: "estimate", tokens: "none" },
    extending: /./,
    ends: [
      ["unauthenticated", "touch", { status: 401, body: { message: "Unauthenticated." } }],
      ["unauthenticated", "end", { status: 401, body: { message: "Unauthenticated." } }],
      ["419", "touch", { status: 419, body: { message: "CSRF token mismatch." } }],
      ["419 as a page", "peek", { status: 419, body: "<h1>Page Expired</h1>" }],
    ],
    keeps: [["a token that does not fit", "end", { status: 419, body: { message: "CSRF token mismatch." } }]],
  },

  allauth: {
    source: "https://github.com/pennersr/django-allauth/blob/main/allauth/headless/spec/doc/description.md",
    make: () => presets.allauth(),
    cookies: `csrftoken=t-${SECRET}`,
    routes: {
      "GET /_allauth/browser/v1/auth/session": {
        body: {
          status: 200,
          data: {
            user: allauthUser,
            methods: [
              { method: "password", at: unix(-600) },
              { method: "mfa", at: unix(-60) },
            ],
          },
          meta: { is_authenticated: true },
        },
      },
      "DELETE /_allauth/browser/v1/auth/session": { status: 200, body: {} },
    },
    verbs: {
      peek: {
        sends: [{ line: "GET /_allauth/browser/v1/auth/session" }],
        told: { authenticated: 60_000, grant: { user: { id: 123 } } },
      },
      end: {
        sends: [
          {
            line: "DELETE /_allauth/browser/v1/auth/session",
            headers: { "x-csrftoken": `t-${SECRET}` },
          },
        ],
      },
    },
    traits: { peekSlides: false, slides: "always", expiry: "estimate", tokens: "none" },
    extending: /none/,
    ends: [
      [
        "not authenticated",
        "peek",
        { status: 401, body: { status: 401, data: { flows: [] }, meta: { is_authenticated: false } } },
      ],
      [
        "the answer to a sign-out",
        "end",
        { status: 401, body: { status: 401, data: { flows: [] }, meta: { is_authenticated: false } } },
      ],
      ["gone", "peek", { status: 410, body: { status: 410, meta: { is_authenticated: false } } }],
    ],
    keeps: [
      [
        "authenticate again",
        "peek",
        { status: 401, body: { status: 401, data: { flows: [] }, meta: { is_authenticated: true } } },
      ],
      ["a CSRF failure", "end", { status: 403, body: "<h1>CSRF verification failed.</h1>" }],
    ],
  },

  "allauth that saves every request": {
    source: "https://docs.djangoproject.com/en/5.2/ref/settings/#session-save-every-request",
    make: () => presets.allauth({ saveEveryRequest: true }),
    routes: {
      "GET /_allauth/browser/v1/auth/session": { body: { status: 200, data: { user: allauthUser } } },
    },
    verbs: {
      peek: {
        sends: [{ line: "GET /_allauth/browser/v1/auth/session" }],
        told: { authenticated: undefined },
      },
      touch: { sends: [{ line: "GET /_allauth/browser/v1/auth/session" }] },
    },
    traits: { peekSlides: true, slides: "always", expiry: "estimate", tokens: "none" },
    extending: /./,
    ends: [],
  },

  kratos: {
    source: "https://www.ory.com/docs/kratos/reference/api#tag/frontend/operation/toSession",
    make: (server) => presets.kratos({ url: `${server}/kratos` }),
    routes: {
      "GET /kratos/sessions/whoami": {
        body: {
          id: "s1",
          active: true,
          expires_at: iso(86_400),
          authenticated_at: iso(-3600),
          authenticator_assurance_level: "aal1",
          identity: { id: "ada", traits: { email: "ada@example.com" } },
        },
      },
      "GET /kratos/self-service/logout/browser": {
        body: { logout_url: "/kratos/self-service/logout?token=one-time", logout_token: "one-time" },
      },
      "GET /kratos/self-service/logout?token=one-time": { status: 204 },
    },
    verbs: {
      peek: {
        sends: [{ line: "GET /kratos/sessions/whoami" }],
        told: {
          absolute: 86_400_000,
          authenticated: 3_600_000,
          acr: "aal1",
          marker: "s1",
          grant: { user: { id: "ada" } },
        },
      },
      end: {
        sends: [
          { line: "GET /kratos/self-service/logout/browser" },
          { line: "GET /kratos/self-service/logout?token=one-time" },
        ],
      },
    },
    traits: { peekSlides: false, expiry: "server", tokens: "none" },
    extending: /none/,
    ends: [
      [
        "no session",
        "peek",
        { status: 401, body: { error: { code: 401, status: "Unauthorized", reason: "No valid session" } } },
      ],
      ["no session to sign out of", "end", { status: 401, body: { error: { code: 401 } } }],
    ],
    keeps: [
      [
        "a second factor",
        "peek",
        { status: 403, body: { error: { id: "session_aal2_required", code: 403 } } },
      ],
    ],
    nobody: [{ body: { id: "s1", active: false } }],
  },

  oauth2Proxy: {
    source: "https://oauth2-proxy.github.io/oauth2-proxy/features/endpoints",
    make: () => presets.oauth2Proxy(),
    routes: {
      "GET /oauth2/userinfo": { body: { user: "ada", email: "ada@example.com", groups: ["nurses"] } },
      "GET /oauth2/auth": { status: 202, headers: { "content-type": "" }, body: "" },
      "GET /oauth2/sign_out": { status: 302, headers: { location: "/" }, body: "" },
    },
    verbs: {
      peek: {
        sends: [{ line: "GET /oauth2/userinfo" }],
        told: { grant: { subject: "ada@example.com", user: { user: "ada" } } },
      },
      touch: { sends: [{ line: "GET /oauth2/auth" }] },
    },
    traits: { peekSlides: true, slides: "updateAge", expiry: "estimate", tokens: "none" },
    extending: /./,
    ends: [
      ["unauthorized", "touch", anonymous],
      ["unauthorized", "peek", anonymous],
    ],
    keeps: [
      [
        "not of the group",
        "touch",
        { status: 403, headers: { "content-type": "text/plain" }, body: "Forbidden" },
      ],
    ],
  },

  "oauth2Proxy that refreshes no cookie": {
    source: "https://oauth2-proxy.github.io/oauth2-proxy/configuration/overview",
    make: () => presets.oauth2Proxy({ cookieRefresh: false, prefix: "/proxy" }),
    routes: { "GET /proxy/userinfo": { body: { user: "ada" } } },
    verbs: { peek: { sends: [{ line: "GET /proxy/userinfo" }], told: { grant: { subject: "ada" } } } },
    traits: { peekSlides: false, slides: "updateAge", expiry: "estimate", tokens: "none" },
    extending: /none/,
    ends: [["unauthorized", "peek", anonymous]],
  },

  expiresAt: {
    source: "https://github.com/ONSdigital/eq-questionnaire-runner/blob/main/app/routes/session.py",
    make: () => presets.expiresAt({ url: "/session-expiry", signOutUrl: "/sign-out" }),
    routes: {
      "GET /session-expiry": { body: { expires_at: iso(2700).replace("Z", "+00:00") } },
      "PATCH /session-expiry": { body: { expires_at: iso(2700).replace("Z", "+00:00") } },
      "POST /sign-out": { status: 204 },
    },
    verbs: {
      peek: { sends: [{ line: "GET /session-expiry" }], told: { idle: 2_700_000 } },
      touch: {
        sends: [{ line: "PATCH /session-expiry", headers: { "x-sojourn": "1" } }],
        told: { idle: 2_700_000 },
      },
      end: { sends: [{ line: "POST /sign-out", headers: { "x-sojourn": "1" } }] },
    },
    traits: { peekSlides: false, slides: "always", expiry: "server", tokens: "none" },
    extending: /PATCH/,
    ends: [
      ["401", "touch", { status: 401, body: { error: "unauthorized" } }],
      ["no instant", "touch", { body: { expires_at: null } }],
    ],
    nobody: [{ body: { expires_at: null } }],
  },

  "expiresAt of login.gov": {
    source:
      "https://github.com/18F/identity-idp/blob/main/app/controllers/api/internal/sessions_controller.rb",
    make: () =>
      presets.expiresAt({
        url: "/api/internal/sessions",
        method: "PUT",
        field: "timeout",
        headers: { "X-CSRF-Token": SECRET },
      }),
    routes: {
      "GET /api/internal/sessions": { body: { live: true, timeout: iso(900) } },
      "PUT /api/internal/sessions": { body: { live: true, timeout: iso(900) } },
    },
    verbs: {
      peek: { sends: [{ line: "GET /api/internal/sessions" }], told: { idle: 900_000 } },
      touch: {
        sends: [{ line: "PUT /api/internal/sessions", headers: { "x-csrf-token": SECRET } }],
        told: { idle: 900_000 },
      },
    },
    traits: { peekSlides: false, slides: "always", expiry: "server", tokens: "none" },
    extending: /PUT/,
    ends: [["no longer live", "touch", { body: { live: false, timeout: null } }]],
    nobody: [{ body: { live: false, timeout: null } }, { body: { live: false, timeout: iso(-5) } }],
  },
};
