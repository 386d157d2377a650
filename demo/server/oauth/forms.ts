import type { FastifyInstance } from "fastify";

/** Lets the routes of this scope read forms. A parameter that comes twice is an error (RFC 6749, 3.2). */
export function acceptForms(app: FastifyInstance): void {
  app.addContentTypeParser(
    "application/x-www-form-urlencoded",
    { parseAs: "string" },
    (_request, body, done) => {
      const fields = [...new URLSearchParams(body as string)];
      const form = Object.fromEntries(fields);
      if (Object.keys(form).length === fields.length) done(null, form);
      else done(Object.assign(new Error("a parameter came twice"), { statusCode: 400 }));
    },
  );
}
