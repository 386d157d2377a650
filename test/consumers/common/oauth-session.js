import { createSession } from "sojourn";
import { oauth2 } from "sojourn/presets";

// As docs/security.md has it.
export const session = createSession({
  server: oauth2({ tokenUrl: "/oauth/token", clientId: "handover-spa" }),
  tokens: () => new SharedWorker(new URL("./session-worker.js", import.meta.url), { type: "module" }),
});
