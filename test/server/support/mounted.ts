import { createSessionServer, openMemory } from "sojourn/server";
import { demoAccounts, Users } from "../../../demo/server/users.js";
import { cheapAccounts } from "./accounts.js";
import { ManualClock } from "./clock.js";

/** What stands in for `auth.ts` and `users.ts` of docs/servers/your-own.md while its mounts are tried. */
export const clock = new ManualClock();
/** A page from there may use the sessions. */
export const OTHER_ORIGIN = "https://app.example";

const people = new Users(demoAccounts);
const cheap = cheapAccounts.then((accounts) => new Users(accounts));

export const users = {
  byId: async (id: string) => people.byId(id),
  verify: async (name: unknown, password: unknown) => (await cheap).verify(String(name), String(password)),
};

export const auth = createSessionServer({
  store: openMemory(clock),
  secret: new Uint8Array(32).fill(7),
  allowedOrigins: [OTHER_ORIGIN],
  basePath: "/auth",
  user: users.byId,
  clock,
});
