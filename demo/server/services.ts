import type { Clock } from "../../src/backend/clock.js";
import type { SessionServer } from "../../src/backend/session-server.js";
import type { Config } from "./config.js";
import type { Beds } from "./handover/beds.js";
import type { Notebook } from "./handover/notebook.js";
import type { CspReports } from "./http/csp-reports.js";
import type { Metrics } from "./metrics.js";
import type { OAuth } from "./oauth/oauth.js";
import type { Trouble } from "./trouble.js";
import type { User, Users } from "./users.js";

/** Sessions in cookies. */
export type Auth = SessionServer<User>;

/** What a route may need. Made once, in app.ts. */
export interface Services {
  readonly auth: Auth;
  readonly beds: Beds;
  readonly clock: Clock;
  readonly config: Config;
  readonly cspReports: CspReports;
  readonly metrics: Metrics;
  readonly notebook: Notebook;
  readonly oauth: OAuth;
  readonly trouble: Trouble;
  readonly users: Users;
}
