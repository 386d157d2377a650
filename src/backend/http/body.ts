/** More than anything that is asked for here could need. */
const MOST = 4096;

export interface SessionRequest {
  /** The session that is meant. */
  readonly epoch?: string | number;
}

/** What is said with a request: nothing, or an object. Undefined where it is something else, or endless. */
export async function readBody(request: Request): Promise<SessionRequest | undefined> {
  const text = await readText(request);
  if (text === "") return {};
  try {
    const said: unknown = JSON.parse(text ?? "");
    if (typeof said !== "object" || Array.isArray(said)) return undefined;
    const { epoch } = (said ?? {}) as { epoch?: unknown };
    if (epoch === undefined) return {};
    return typeof epoch === "string" || typeof epoch === "number" ? { epoch } : undefined;
  } catch {
    return undefined;
  }
}

/** Not more than is wanted, whatever its headers say. */
async function readText({ body }: Request): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (body ?? []) as unknown as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > MOST) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
