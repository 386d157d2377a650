import type { Sessions } from "../../src/backend/sessions.js";
import type { Config } from "./config.js";
import type { Beds } from "./handover/beds.js";
import type { Notebook } from "./handover/notebook.js";
import type { Cookies } from "./http/cookies.js";
import type { CspReports } from "./http/csp-reports.js";
import type { Metrics } from "./metrics.js";
import type { OAuth } from "./oauth/oauth.js";
import type { Trouble } from "./trouble.js";
import type { Users } from "./users.js";

/** What a route may need. Made once, in app.ts. */
export interface Services {
  readonly beds: Beds;
  readonly config: Config;
  readonly cookies: Cookies;
  readonly cspReports: CspReports;
  readonly metrics: Metrics;
  readonly notebook: Notebook;
  readonly oauth: OAuth;
  readonly sessions: Sessions;
  readonly trouble: Trouble;
  readonly users: Users;
}
