import type { FastifyInstance } from "fastify";
import { BED_IDS, isBed } from "../handover/beds.js";
import type { Entry } from "../handover/notebook.js";
import { userOf } from "../http/signed-in.js";
import type { Services } from "../services.js";

export const draftBody = {
  type: "object",
  required: ["bedId", "text", "priority"],
  additionalProperties: false,
  properties: {
    bedId: { type: "string", maxLength: 10 },
    text: { type: "string", maxLength: 2000 },
    priority: { enum: ["routine", "watch", "urgent"] },
  },
} as const;

/** A note has to be about a bed and say something; a draft need not, yet. */
export const noteBody = {
  ...draftBody,
  properties: {
    ...draftBody.properties,
    bedId: { enum: BED_IDS },
    text: { ...draftBody.properties.text, pattern: "\\S" },
  },
} as const;

const INVALID_BED = { error: "invalid_request", message: "body/bedId must be a bed or empty" };

/** The application itself: Handover, what one shift leaves for the next. */
export function notebookRoutes(api: FastifyInstance, { beds, notebook }: Services): void {
  api.get("/beds", async () => ({ beds: await beds.all() }));

  api.get("/notes", async () => ({ notes: await notebook.notes() }));

  api.post<{ Body: Entry }>("/notes", { schema: { body: noteBody } }, async (request, reply) => {
    reply.code(201);
    return { note: await notebook.addNote(userOf(request), request.body) };
  });

  // One draft a user, kept here: it outlives the session, and whoever signs in next at the same desk never sees it.
  api.get("/draft", async (request) => ({ draft: await notebook.draftOf(userOf(request)) }));

  api.put<{ Body: Entry }>("/draft", { schema: { body: draftBody } }, async (request, reply) => {
    if (request.body.bedId !== "" && !isBed(request.body.bedId)) return reply.code(400).send(INVALID_BED);
    return { draft: await notebook.saveDraft(userOf(request), request.body) };
  });

  api.delete("/draft", async (request, reply) => {
    await notebook.dropDraft(userOf(request));
    return reply.code(204).send();
  });
}
