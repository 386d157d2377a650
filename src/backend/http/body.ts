import { invalid, tooLarge } from "./replies.js";

/** More than anything that is asked for here could need. */
const MOST = 4096;

/** What a request says, or the answer where that cannot be read. */
export type JsonBody =
  | { readonly body: Readonly<Record<string, unknown>>; readonly refusal?: undefined }
  | { readonly body?: undefined; readonly refusal: Response };

/**
 * What is said with a request to a route of the application: an object in JSON. `request.json()` reads for as long as
 * something comes, from whoever asks, and what is no JSON makes a 500 of it. Here the refusal is 413 `too_large` for more
 * than `limit` bytes, whatever the headers say, and 400 `invalid_request` for what is no object in JSON.
 */
export async function readJson(
  request: Request,
  options: { /** In bytes. @default 100_000 */ readonly limit?: number } = {},
): Promise<JsonBody> {
  const text = await readText(request, options.limit ?? 100_000);
  if (text === undefined) return { refusal: tooLarge() };
  const body = parsed(text);
  if (typeof body === "object" && body !== null && !Array.isArray(body))
    return { body: body as Record<string, unknown> };
  return { refusal: invalid("body must be an object in JSON") };
}

export interface SessionRequest {
  /** The session that is meant. */
  readonly epoch?: string | number;
}

/** What is said with a request: nothing, or an object. Undefined where it is something else, or endless. */
export async function readBody(request: Request): Promise<SessionRequest | undefined> {
  const text = await readText(request, MOST);
  if (text === "") return {};
  const said = parsed(text ?? "");
  if (typeof said !== "object" || Array.isArray(said)) return undefined;
  const { epoch } = (said ?? {}) as { epoch?: unknown };
  if (epoch === undefined) return {};
  return typeof epoch === "string" || typeof epoch === "number" ? { epoch } : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Undefined where it is more than `most` bytes: not more of it is read, whatever its headers say. */
async function readText({ body, headers }: Request, most: number): Promise<string | undefined> {
  // An honest one is told at once.
  if (Number(headers.get("content-length")) > most) return undefined;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (body ?? []) as unknown as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > most) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
