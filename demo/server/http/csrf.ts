import type { FastifyInstance } from "fastify";
import type { Auth } from "../services.js";
import { asRequest } from "./fetch.js";
import { guard } from "./guard.js";

declare module "fastify" {
  interface FastifyContextConfig {
    /**
     * `false`: no browser adds a credential to it, the request has its own in the body or changes nothing. `"form"`: a
     * plain form of this origin may send it.
     */
    csrf?: false | "form";
  }
}

/** Looks at every request, whatever its route: one that forgets is still guarded. */
export function refuseForgeries(app: FastifyInstance, auth: Auth): void {
  guard(app, async (request) => {
    const { csrf } = request.routeOptions.config;
    return csrf === false ? undefined : auth.refuseForgery(asRequest(request), { form: csrf === "form" });
  });
}
