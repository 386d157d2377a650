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
  ref,
  refusal,
  seconds,
  string,
  tooMany,
  WITH_BODY,
} from "./parts.js";

const reason = { enum: ["none", "idle", "absolute", "ended", "revoked", "renewed"] };

export const schemas = {
  User: object({ id: string, name: string, username: string }),
  Session: object({
    user: ref("User"),
    epoch: { ...integer, description: "Names the session in public, and rises with every sign-in" },
    idleExpiresIn: seconds,
    absoluteExpiresIn: seconds,
    accessExpiresIn: seconds,
    authenticatedAgo: seconds,
  }),
  ListedSession: object({
    epoch: integer,
    current: { type: "boolean" },
    startedAgo: seconds,
    seenAgo: seconds,
    "startedFrom?": string,
  }),
};

export const noSession = json(
  "Nobody is signed in, and why.",
  object({ error: { const: "no_session" }, reason }),
);
export const notFresh = refusal(
  "The password was given too long ago: see WWW-Authenticate (RFC 9470).",
  "insufficient_user_authentication",
);
const invalidGrant = json(
  "The session is over, or the refresh token is not its own.",
  object({ error: { const: "invalid_grant" }, reason }),
);
const wrongPassword = refusal("The name and the password do not belong together.", "bad_credentials");
const otherSession = refusal("Ends nothing: the session goes on under another id.", "other_session");
const session = json("The session.", ref("Session"));
const meant = body(object({ "epoch?": { type: ["string", "integer"] } }), false);

/** `POST` and `DELETE` need the header, and the cookie of the session. */
export const MARKED: Json = {
  parameters: [{ name: "X-Sojourn", in: "header", required: true, schema: { const: "1" } }],
};
const key: Json = {
  name: "Idempotency-Key",
  in: "header",
  description: "The same for each try of one refresh: a reply that was lost is given again.",
  schema: { type: "string", pattern: "^[\\x21-\\x7e]{1,200}$" },
};
const ended = json("So many were ended.", object({ ended: integer }));

export function sessionPaths(login: Json, password: Json): Json {
  return {
    "/login": {
      post: {
        summary: "Signs in, and ends the session that was there",
        ...MARKED,
        security: [],
        requestBody: body(login),
        responses: { ...ALWAYS, ...WITH_BODY, 200: session, 401: wrongPassword, 403: forged, 429: tooMany },
      },
    },
    "/session": {
      get: {
        summary: "Looks at the session, and moves nothing",
        responses: { ...ALWAYS, 200: session, 401: noSession, 409: otherSession },
      },
    },
    "/session/touch": {
      post: {
        summary: "The user is there: moves the idle limit",
        ...MARKED,
        responses: { ...ALWAYS, ...WITH_BODY, 200: session, 401: noSession, 403: forged, 409: otherSession },
      },
    },
    "/session/reauthenticate": {
      post: {
        summary: "The password once more: the same session under a new id",
        ...MARKED,
        requestBody: body(password),
        responses: {
          ...ALWAYS,
          ...WITH_BODY,
          200: session,
          401: either(noSession, wrongPassword),
          403: forged,
          409: otherSession,
          429: tooMany,
        },
      },
    },
    "/refresh": {
      post: {
        summary: "Rotates the refresh token, and renews the access lifetime",
        parameters: [...(MARKED.parameters as Json[]), key],
        requestBody: meant,
        responses: {
          ...ALWAYS,
          ...WITH_BODY,
          200: session,
          401: invalidGrant,
          403: forged,
          409: refusal(
            "Ends nothing: the cookies are another session's by now, or a later refresh was faster.",
            "other_session",
            "late_attempt",
          ),
          default: trouble,
        },
      },
    },
    "/logout": {
      post: {
        summary: "Ends the session. Also 204 where there is none",
        ...MARKED,
        requestBody: meant,
        responses: { ...ALWAYS, ...WITH_BODY, 204: empty("Signed out."), 403: forged },
      },
    },
    "/sessions": {
      get: {
        summary: "The user's living sessions, the latest first",
        responses: {
          ...ALWAYS,
          200: json("The sessions.", object({ sessions: list(ref("ListedSession")) })),
          401: noSession,
          409: otherSession,
        },
      },
      delete: {
        summary: "Ends all others. The password must have been given a short while ago",
        ...MARKED,
        responses: {
          ...ALWAYS,
          ...WITH_BODY,
          200: ended,
          401: either(noSession, notFresh),
          403: forged,
          409: otherSession,
        },
      },
    },
    "/sessions/{epoch}": {
      delete: {
        summary: "Ends one other session",
        parameters: [
          ...(MARKED.parameters as Json[]),
          { name: "epoch", in: "path", required: true, schema: integer },
        ],
        responses: {
          ...ALWAYS,
          ...WITH_BODY,
          200: ended,
          401: either(noSession, notFresh),
          403: forged,
          404: refusal("That is no name of a session.", "not_found"),
          409: otherSession,
        },
      },
    },
  };
}

/** `POST /debug/trouble` can have a refresh answered as a gateway would. */
export const trouble: Json = {
  description: "What a gateway says.",
  content: {
    "application/json": { schema: object({ error: { const: "trouble" } }) },
    "text/html": { schema: string },
  },
};
