import { beds, noPlace } from "./application.js";
import {
  ALWAYS,
  body,
  content,
  either,
  empty,
  forged,
  form,
  type Json,
  json,
  object,
  page,
  ref,
  refusal,
  string,
  tooMany,
  WITH_BODY,
} from "./parts.js";
import { notFresh, trouble } from "./session.js";

const failure = (description: string, ...codes: string[]): Json =>
  json(description, object({ error: { enum: codes }, "error_description?": string, "message?": string }));

const TOKEN: Json = { security: [{ bearer: [] }, { dpop: [] }] };
const resource = {
  ...ALWAYS,
  401: refusal(
    "See WWW-Authenticate (RFC 6750, RFC 9449).",
    "no_token",
    "invalid_token",
    "invalid_dpop_proof",
    "use_dpop_nonce",
  ),
};
const query = (name: string, schema: Json = string): Json => ({ name, in: "query", schema });
const asked = [
  query("response_type", { const: "code" }),
  query("client_id"),
  query("redirect_uri"),
  query("code_challenge", { type: "string", pattern: "^[\\w-]{43}$" }),
  query("code_challenge_method", { const: "S256" }),
  query("state"),
  query("dpop_jkt"),
  query("max_age", { type: "string", pattern: "^\\d{1,9}$" }),
  query("acr_values"),
];
const sentBack = empty("Back to the application, with a code or with an error.");
/** To the user where it is not known to whom else, and in JSON where the form cannot be read. */
const unknownClient: Json = {
  description: "The application is not known, or not at that address.",
  content: {
    "text/html": { schema: string },
    ...(ALWAYS[400] as { content: Json }).content,
  },
};

export const schemas = {
  Tokens: object({
    access_token: string,
    token_type: { enum: ["Bearer", "DPoP"] },
    expires_in: { type: "number", minimum: 0 },
    refresh_token: string,
    user: ref("User"),
    absoluteExpiresIn: { type: "number", minimum: 0 },
    authenticatedAgo: { type: "number", minimum: 0 },
    acr: string,
  }),
};

export function oauthPaths(login: Json, transfer: Json): Json {
  return {
    "/oauth/authorize": {
      get: {
        summary: "The sign-in page (RFC 6749, 4.1.1, with PKCE)",
        security: [],
        parameters: asked,
        responses: { ...ALWAYS, 200: page("The page."), 303: sentBack, 400: unknownClient },
      },
      post: {
        summary: "Its form",
        security: [],
        parameters: asked,
        requestBody: { required: true, ...content("application/x-www-form-urlencoded", login) },
        responses: {
          ...ALWAYS,
          ...WITH_BODY,
          303: sentBack,
          400: unknownClient,
          401: page("The page again."),
          403: forged,
          429: tooMany,
        },
      },
    },
    "/oauth/login.css": {
      get: {
        summary: "The look of that page",
        security: [],
        responses: { ...ALWAYS, 200: { description: "Styles.", ...content("text/css", string) } },
      },
    },
    "/oauth/token": {
      post: {
        summary: "A code, or a refresh token, for tokens (RFC 6749, 4.1.3 and 6)",
        security: [],
        requestBody: form({
          grant_type: { enum: ["authorization_code", "refresh_token"] },
          client_id: string,
          "code?": string,
          "code_verifier?": string,
          "redirect_uri?": string,
          "refresh_token?": string,
        }),
        responses: {
          ...ALWAYS,
          ...WITH_BODY,
          200: json("The tokens.", ref("Tokens")),
          400: failure(
            "RFC 6749, 5.2, and RFC 9449.",
            "invalid_request",
            "invalid_client",
            "invalid_grant",
            "unsupported_grant_type",
            "invalid_dpop_proof",
            "use_dpop_nonce",
          ),
          409: failure("Ends nothing: a later refresh was faster.", "invalid_request"),
          default: trouble,
        },
      },
    },
    "/oauth/revoke": {
      post: {
        summary: "Ends a grant, whichever of its tokens comes (RFC 7009)",
        security: [],
        requestBody: form({ client_id: string, token: string }),
        responses: {
          ...ALWAYS,
          ...WITH_BODY,
          200: empty("Ended, or not known."),
          400: refusal("RFC 6749, 5.2.", "invalid_client", "invalid_request"),
        },
      },
    },
    "/oauth/userinfo": {
      get: {
        summary: "Who the user is (OpenID Connect Core, 5.3)",
        ...TOKEN,
        responses: {
          ...resource,
          200: json("The user.", object({ sub: string, name: string, preferred_username: string })),
        },
      },
    },
    "/oauth/api/transfers": {
      post: {
        summary: "Moves a patient. The password must have been given a short while ago (RFC 9470)",
        ...TOKEN,
        requestBody: body(transfer),
        responses: {
          ...resource,
          ...WITH_BODY,
          201: beds,
          401: either(resource[401], notFresh),
          409: noPlace,
        },
      },
    },
    "/oauth/api/profile": {
      get: {
        summary: "What an access token opens",
        ...TOKEN,
        responses: { ...resource, 200: json("The user.", object({ user: ref("User") })) },
      },
    },
  };
}
