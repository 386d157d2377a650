import {
  ALWAYS,
  body,
  either,
  empty,
  forged,
  integer,
  type Json,
  json,
  list,
  object,
  page,
  ref,
  refusal,
  string,
  WITH_BODY,
} from "./parts.js";
import { MARKED, noSession, notFresh } from "./session.js";

const entry = { bedId: string, text: string, priority: { enum: ["routine", "watch", "urgent"] } };

export const schemas = {
  Bed: object({
    id: string,
    ward: { enum: ["North", "South"] },
    patient: { type: ["string", "null"] },
    status: { enum: ["stable", "watch", "critical", "going-home", "empty"] },
  }),
  Note: object({ id: string, ...entry, author: string, writtenAt: integer }),
  Draft: object({ ...entry, savedAt: integer }),
};

const expired = refusal("The access lifetime has passed: refresh, and send again.", "invalid_token");
const closed = either(noSession, expired);
export const beds = json("The beds.", object({ beds: list(ref("Bed")) }));
export const noPlace = refusal("Nobody lies in the one, or somebody in the other.", "conflict");
const writes = { ...ALWAYS, ...WITH_BODY, 401: closed, 403: forged };

export function applicationPaths(note: Json, draft: Json, transfer: Json): Json {
  return {
    "/": { get: { summary: "The site", security: [], responses: { 200: page("The page.") } } },
    "/health": {
      get: {
        summary: "Whether the server runs",
        security: [],
        responses: { ...ALWAYS, 200: json("It does.", object({ ok: { const: true } })) },
      },
    },
    "/config": {
      get: {
        summary: "The limits, in milliseconds",
        security: [],
        responses: {
          ...ALWAYS,
          200: json(
            "The limits.",
            object({
              idleTimeout: integer,
              absoluteTimeout: integer,
              accessLifetime: integer,
              idleWarning: integer,
              requestTimeout: integer,
            }),
          ),
        },
      },
    },
    "/openapi.json": {
      get: {
        summary: "This description",
        security: [],
        responses: { ...ALWAYS, 200: json("OpenAPI 3.1.", { type: "object", required: ["openapi"] }) },
      },
    },
    "/csp-report": {
      post: {
        summary: "Where browsers report violations of the policy",
        security: [],
        requestBody: {
          required: true,
          content: {
            "application/csp-report": { schema: { type: "object" } },
            "application/reports+json": { schema: { type: "array" } },
          },
        },
        responses: { ...ALWAYS, ...WITH_BODY, 204: empty("Noted.") },
      },
    },
    "/api/beds": { get: { summary: "Who lies where", responses: { ...ALWAYS, 200: beds, 401: closed } } },
    "/api/notes": {
      get: {
        summary: "The last notes, the newest first",
        responses: {
          ...ALWAYS,
          200: json("The notes.", object({ notes: list(ref("Note")) })),
          401: closed,
        },
      },
      post: {
        summary: "Writes a note",
        ...MARKED,
        requestBody: body(note),
        responses: { ...writes, 201: json("The note.", object({ note: ref("Note") })) },
      },
    },
    "/api/draft": {
      get: {
        summary: "What the user has begun to write",
        responses: {
          ...ALWAYS,
          200: json("The draft.", object({ draft: { anyOf: [ref("Draft"), { type: "null" }] } })),
          401: closed,
        },
      },
      put: {
        summary: "Keeps it",
        ...MARKED,
        requestBody: body(draft),
        responses: { ...writes, 200: json("The draft.", object({ draft: ref("Draft") })) },
      },
      delete: {
        summary: "Forgets it",
        ...MARKED,
        responses: { ...writes, 204: empty("Forgotten.") },
      },
    },
    "/api/transfers": {
      post: {
        summary: "Moves a patient. The password must have been given a short while ago",
        ...MARKED,
        requestBody: body(transfer),
        responses: {
          ...writes,
          201: beds,
          401: either(noSession, expired, notFresh),
          409: noPlace,
        },
      },
    },
  };
}
