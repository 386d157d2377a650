import {
  ALWAYS,
  body,
  either,
  forged,
  integer,
  type Json,
  json,
  list,
  object,
  refusal,
  WITH_BODY,
} from "./parts.js";
import { MARKED } from "./session.js";

const elsewhere = refusal("Only for this machine.", "loopback_only");
const trouble = json("What befalls requests now.", {
  type: "object",
  required: ["down", "slowMs", "rejectNextRefresh", "loseNextReply", "status"],
});
const reads = { ...ALWAYS, 403: elsewhere };
const writes = { ...ALWAYS, ...WITH_BODY, 200: trouble, 403: either(elsewhere, forged) };

/** Where there is no public origin. */
export function debugPaths(order: Json): Json {
  return {
    "/debug/metrics": {
      get: {
        summary: "What was counted",
        security: [],
        responses: {
          ...reads,
          200: json("The counts.", { type: "object", minProperties: 1, additionalProperties: integer }),
        },
      },
    },
    "/debug/csp": {
      get: {
        summary: "The last violations of the policy",
        security: [],
        responses: { ...reads, 200: json("The reports.", object({ reports: list({ type: "object" }) })) },
      },
    },
    "/debug/trouble": {
      get: { summary: "What befalls requests", security: [], responses: { ...reads, 200: trouble } },
      post: {
        summary: "Makes trouble, or ends it",
        ...MARKED,
        security: [],
        requestBody: body(order),
        responses: writes,
      },
    },
    "/debug/reset": {
      post: { summary: "Ends all trouble, and counts from zero", ...MARKED, security: [], responses: writes },
    },
  };
}
