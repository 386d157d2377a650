import { randomBytes } from "node:crypto";
import type { Client, Exchange } from "./client.js";
import { CannotExamine } from "./errors.js";
import type { Surroundings } from "./target.js";

/** Makes a session in a client that has none. Resolves with what went over the wire. */
export interface SignIn {
  run(client: Client): Promise<readonly Exchange[]>;
  /** The same with a wrong password. `undefined` where it is not known which part of a sign-in that is. */
  readonly fail?: (client: Client) => Promise<Exchange>;
}

/** One request that signs in. */
export interface SignInRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly kind: "json" | "form";
  readonly fields: Readonly<Record<string, string>>;
  /** The fields that are secret. */
  readonly secret: ReadonlySet<string>;
}

/** A server that asks for patience longer than this is not waited for. */
const PATIENCE = 90_000;

export function signInBy(request: SignInRequest, world: Surroundings): SignIn {
  const send = (client: Client, fields: Readonly<Record<string, string>>) =>
    client.fetch(request.url, {
      method: request.method,
      headers: {
        Accept: "application/json",
        ...request.headers,
        ...(request.kind === "json" && { "Content-Type": "application/json" }),
      },
      body: request.kind === "json" ? JSON.stringify(fields) : new URLSearchParams(fields),
    });
  return {
    async run(client) {
      let exchange = await send(client, request.fields);
      const wait = Number(exchange.headers.get("retry-after") ?? "60") * 1000;
      if (exchange.status === 429 && wait <= PATIENCE) {
        world.progress(`The sign-in is throttled: waiting ${Math.ceil(wait / 1000)} s`);
        await world.sleep(wait);
        exchange = await send(client, request.fields);
      }
      const { status, text } = exchange;
      if (status >= 400) throw new CannotExamine(`The sign-in was answered with ${status}.`);
      client.adopt(parsed(text));
      if (client.jar.all.length === 0 && !client.accessToken)
        throw new CannotExamine(`The sign-in (${status}) brought neither a cookie nor a token.`);
      return [exchange];
    },
    fail: (client) => {
      const wrong = () => randomBytes(12).toString("base64url");
      const fields = Object.entries(request.fields).map(([name, value]) => [
        name,
        request.secret.has(name) ? wrong() : value,
      ]);
      return send(client, Object.fromEntries(fields));
    },
  };
}

/** A function of the user's own: given a `fetch` with the cookies of one browser, which leaves the origin under no circumstances. */
export function signInWith(own: (fetch: typeof globalThis.fetch) => Promise<unknown>): SignIn {
  return {
    async run(client) {
      const exchanges: Exchange[] = [];
      const brought = await own(async (input, init) => {
        const exchange = await client.fetch(input as string, init);
        exchanges.push(exchange);
        const { status, headers, text } = exchange;
        return new Response([204, 205, 304].includes(status) ? null : text, { status, headers });
      });
      client.adopt(brought);
      return exchanges;
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
