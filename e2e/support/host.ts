import { readConfig } from "../../demo/server/config.js";
import { type RunningServer, startServer } from "../../demo/server/start.js";
import { cheapAccounts } from "../../test/server/support/accounts.js";

/** What it is told: to serve with these settings, or no longer. */
export type Order =
  | { readonly serve: Readonly<Record<string, string | undefined>> }
  | { readonly stop: true };

/** What it says then. */
export type Done = { readonly port: number } | { readonly stopped: true } | { readonly failed: string };

/**
 * A process for the demo server, and when that has stopped for another one with settings, store and counts of its own:
 * most of what a start takes is loading what the server is made of. The real one in everything but the cost of a
 * password's hash, a third of a second of a core for each sign-in.
 */
let server: RunningServer | undefined;

async function carryOut(order: Order): Promise<Done> {
  if ("serve" in order) {
    server = await startServer(readConfig(order.serve), { accounts: await cheapAccounts });
    return { port: server.port };
  }
  await server?.stop();
  return { stopped: true };
}

process.on("message", (order: Order) => {
  carryOut(order)
    .catch((error): Done => ({ failed: String(error?.stack ?? error) }))
    .then((done) => process.send?.(done));
});
// Whoever gives the orders is gone.
process.on("disconnect", () => process.exit());
