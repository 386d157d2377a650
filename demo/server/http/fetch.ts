import type { FastifyRequest } from "fastify";
import { toRequest } from "../../../src/backend/http/node.js";

/** The request as `sojourn/server` takes it; with its body, where the scope keeps bodies as text. */
export function asRequest({ raw, body }: FastifyRequest): Request {
  try {
    return toRequest(raw, typeof body === "string" ? body : "");
  } catch (cause) {
    throw Object.assign(new Error("no URL", { cause }), { statusCode: 400 });
  }
}
