import type { FastifyInstance } from "fastify";
import type { Services } from "../services.js";
import { authorizeRoutes } from "./authorize.js";
import { acceptForms } from "./forms.js";
import { resourceRoutes } from "./resources.js";
import { revokeRoutes } from "./revoke.js";
import { tokenRoutes } from "./token.js";

/** An authorization server and a resource server for one public client. Cookies have no meaning here. */
export async function oauthRoutes(app: FastifyInstance, services: Services): Promise<void> {
  acceptForms(app);
  authorizeRoutes(app, services);
  tokenRoutes(app, services);
  revokeRoutes(app, services);
  await app.register(async (scope) => resourceRoutes(scope, services));
}
