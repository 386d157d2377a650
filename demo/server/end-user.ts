// What an operator does to sign somebody out everywhere, beside the servers that run and with their settings. Open tabs
// learn of it at their next contact.
//
//   npx tsx demo/server/end-user.ts ada

import { join } from "node:path";
import { buildApp } from "./app.js";
import { readConfig } from "./config.js";
import { openStore } from "./open-store.js";
import { loadServerKey } from "./server-key.js";

const [name = ""] = process.argv.slice(2);
const config = readConfig(process.env);
const serverKey = await loadServerKey(config.serverKey, join(config.dataDir, "server.key"));
const store = await openStore(config);
const { http, endUser } = await buildApp({ config, store, serverKey });
const ended = await endUser(name);
console.log(
  ended === undefined ? `There is no user "${name}".` : `${ended} of ${name}'s sessions were ended.`,
);
process.exitCode = ended === undefined ? 1 : 0;
await http.close();
await store.close();
