import { loginForm } from "../oauth/authorize.js";
import { troubleOrder } from "../routes/debug.js";
import { credentials } from "../routes/login.js";
import { draftBody, noteBody } from "../routes/notebook.js";
import { passwordBody } from "../routes/reauthenticate.js";
import { transferBody } from "../routes/transfers.js";
import { applicationPaths, schemas as applicationSchemas } from "./application.js";
import { debugPaths } from "./debug.js";
import { oauthPaths, schemas as oauthSchemas } from "./oauth.js";
import type { Json } from "./parts.js";
import { sessionPaths, schemas as sessionSchemas } from "./session.js";

/**
 * What this server answers, in OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.1). Bodies of requests are described by
 * the schemas that they are checked with; replies by what the tests hold against every reply that they get.
 */
export function openApi({ secure, debugRoutes }: { secure: boolean; debugRoutes: boolean }): Json {
  return {
    openapi: "3.1.0",
    info: {
      title: "Handover",
      version: "1",
      description: "The demo server of Sojourn. No reply but the files of the site is ever stored.",
      license: { name: "MIT", identifier: "MIT" },
    },
    security: [{ session: [] }],
    paths: {
      ...sessionPaths(credentials, passwordBody),
      ...applicationPaths(noteBody, draftBody, transferBody),
      ...oauthPaths(loginForm, transferBody),
      ...(debugRoutes && debugPaths(troubleOrder)),
    },
    components: {
      schemas: { ...sessionSchemas, ...applicationSchemas, ...oauthSchemas },
      securitySchemes: {
        session: { type: "apiKey", in: "cookie", name: secure ? "__Host-sid" : "sid" },
        bearer: { type: "http", scheme: "bearer" },
        dpop: { type: "http", scheme: "dpop", description: "RFC 9449" },
      },
    },
  };
}
