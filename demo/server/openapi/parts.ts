/** A JSON schema (2020-12), or a piece of the description. */
export type Json = Readonly<Record<string, unknown>>;

/** An object that has these properties and no others; those with a `?` may be missing. */
export function object(properties: Readonly<Record<string, Json>>): Json {
  const names = Object.keys(properties);
  return {
    type: "object",
    required: names.filter((name) => !name.endsWith("?")),
    additionalProperties: false,
    properties: Object.fromEntries(
      Object.entries(properties).map(([name, schema]) => [name.replace("?", ""), schema]),
    ),
  };
}

export const string: Json = { type: "string" };
export const integer: Json = { type: "integer", minimum: 0 };
export const seconds: Json = { type: "number", minimum: 0, description: "Seconds" };
export const list = (items: Json): Json => ({ type: "array", items });
export const ref = (name: string): Json => ({ $ref: `#/components/schemas/${name}` });

export const content = (type: string, schema: Json): Json => ({ content: { [type]: { schema } } });
export const body = (schema: Json, required = true): Json => ({
  required,
  ...content("application/json", schema),
});
export const form = (properties: Readonly<Record<string, Json>>): Json => ({
  required: true,
  // What this server does not know is not looked at (RFC 6749, 3.1).
  ...content("application/x-www-form-urlencoded", { ...object(properties), additionalProperties: true }),
});

export const empty = (description: string): Json => ({ description });
export const page = (description: string): Json => ({ description, ...content("text/html", string) });
export const json = (description: string, schema: Json): Json => ({
  description,
  ...content("application/json", schema),
});

/** `{ error }` with one of these codes. */
export const refusal = (description: string, ...codes: string[]): Json =>
  json(description, object({ error: { enum: codes } }));

/** What each of these says is one of several. */
export const either = (...replies: Json[]): Json => {
  const schemas = replies.map(
    (it) => (it.content as { "application/json": { schema: Json } })["application/json"].schema,
  );
  return json(replies.map(({ description }) => description).join(" Or: "), { anyOf: schemas });
};

const invalid = json(
  "The request does not fit its description.",
  object({ error: { const: "invalid_request" }, "message?": string }),
);
export const forged = refusal("Not from a page that may send it.", "csrf");
export const tooMany = refusal("Too many tries from this address: see Retry-After.", "rate_limited");

/** What every route can answer. */
export const ALWAYS: Json = {
  400: invalid,
  500: refusal("Something broke. Nobody is signed out by it.", "internal"),
  503: refusal("The store is away: see Retry-After. Nobody is signed out by it.", "unavailable"),
};

/** What a route with a body can answer, too. */
export const WITH_BODY: Json = {
  413: refusal("The body is too large.", "too_large"),
  415: refusal("The body is of another type.", "unsupported_media_type"),
};
