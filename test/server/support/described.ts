import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { openApi } from "../../../demo/server/openapi/document.js";

interface Reply {
  readonly status: number;
  readonly type: string | null;
  readonly text: string;
}

interface Described {
  readonly content?: Readonly<Record<string, { readonly schema: object }>>;
}
type Operation = { readonly responses: Readonly<Record<string, Described>> };
type Paths = Readonly<Record<string, Readonly<Record<string, Operation>>>>;

const description = openApi({ secure: false, debugRoutes: true }) as {
  readonly paths: Paths;
  readonly components: object;
};
const ajv = new Ajv2020({ strict: false });
const validators = new Map<object, ValidateFunction>();

const templates = Object.entries(description.paths).map(([path, operations]) => ({
  pattern: new RegExp(`^${path.replaceAll(".", "\\.").replaceAll(/\{\w+\}/g, "[^/]+")}$`),
  operations,
}));

/** What is wrong with a reply by the description of the server; undefined where it is as described. */
export function misfit(method: string, path: string, reply: Reply): string | undefined {
  const { operations } = templates.find(({ pattern }) => pattern.test(path)) ?? {};
  const operation = operations?.[method.toLowerCase()];
  // A file of the site, or nothing; for the world there is nothing under /debug either.
  if (!operation || (path.startsWith("/debug/") && reply.status === 404))
    return reply.status < 400 ? undefined : unknown(reply);
  const { [reply.status]: described, default: other } = operation.responses;
  if (!described && !other) return `the status ${reply.status} is not described`;
  const [first, ...more] = [described, other].flatMap((it) => (it ? [misfitOf(it, reply)] : []));
  return more.includes(undefined) ? undefined : first;
}

function misfitOf(described: Described, reply: Reply): string | undefined {
  const media = reply.type?.split(";")[0] ?? "";
  const schema = described.content?.[media]?.schema;
  if (!schema)
    return reply.text === "" && !described.content
      ? undefined
      : `${reply.status} has a body that is not described (${media})`;
  return media === "application/json" ? complaint(schema, reply.text) : undefined;
}

function unknown({ status, text }: Reply): string | undefined {
  const known = [
    [404, '{"error":"not_found"}'],
    [400, '{"error":"invalid_request"}'],
    [403, '{"error":"csrf"}'],
    [403, '{"error":"invalid_request"}'],
  ];
  return known.some(([code, said]) => code === status && said === text)
    ? undefined
    : `${status} ${text} at an address that is not described`;
}

function complaint(schema: object, text: string): string | undefined {
  let validate = validators.get(schema);
  if (!validate) {
    validate = ajv.compile({ ...schema, components: description.components });
    validators.set(schema, validate);
  }
  return validate(JSON.parse(text)) ? undefined : `${text}: ${ajv.errorsText(validate.errors)}`;
}

/** Servers whose every reply is held against the description. */
const watched = new Set<string>();

export function watch(origin: string): void {
  watched.add(origin);
}

/** Throws where a reply of a server that is watched is not as described. */
export function hold(method: string, url: string, reply: Reply): void {
  const { origin, pathname } = new URL(url);
  const wrong = watched.has(origin) ? misfit(method, pathname, reply) : undefined;
  if (wrong) throw new Error(`${method} ${pathname} is not as /openapi.json has it: ${wrong}`);
}

const { fetch } = globalThis;
globalThis.fetch = async (input, init) => {
  const reply = await fetch(input, init);
  const { url, method } = input instanceof Request ? input : { url: String(input), method: "GET" };
  // After a redirect it is another address's.
  if (!reply.redirected && watched.has(new URL(url).origin)) {
    const text = await reply.clone().text();
    const { status, headers } = reply;
    hold(init?.method ?? method, url, { status, type: headers.get("content-type"), text });
  }
  return reply;
};
