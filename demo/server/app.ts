import cookie from "@fastify/cookie";
import Fastify, { type FastifyInstance } from "fastify";
import { auditTo, noAudit } from "../../src/backend/audit.js";
import { type Clock, systemClock } from "../../src/backend/clock.js";
import { RefreshTokens } from "../../src/backend/refresh-token.js";
import { Sessions } from "../../src/backend/sessions.js";
import type { Store } from "../../src/backend/store/store.js";
import type { Config } from "./config.js";
import { Beds } from "./handover/beds.js";
import { Notebook } from "./handover/notebook.js";
import { Cookies } from "./http/cookies.js";
import { CspReports } from "./http/csp-reports.js";
import { refuseForgeries } from "./http/csrf.js";
import { answerBadUrl, answerErrors } from "./http/errors.js";
import { addHeaders } from "./http/headers.js";
import { acceptJsonOnly } from "./http/json.js";
import { signedInOnly } from "./http/signed-in.js";
import { addTrouble } from "./http/troubled.js";
import { Metrics } from "./metrics.js";
import { createOAuth } from "./oauth/oauth.js";
import { oauthRoutes } from "./oauth/routes.js";
import { cspReportRoutes } from "./routes/csp-report.js";
import { debugRoutes } from "./routes/debug.js";
import { healthRoutes } from "./routes/health.js";
import { limitRoutes } from "./routes/limits.js";
import { loginRoutes } from "./routes/login.js";
import { logoutRoutes } from "./routes/logout.js";
import { notebookRoutes } from "./routes/notebook.js";
import { reauthenticateRoutes } from "./routes/reauthenticate.js";
import { refreshRoutes } from "./routes/refresh.js";
import { sessionRoutes } from "./routes/session.js";
import { siteRoutes } from "./routes/site.js";
import { transferRoutes } from "./routes/transfers.js";
import { deriveKey } from "./server-key.js";
import type { Services } from "./services.js";
import { Trouble } from "./trouble.js";
import { type Account, demoAccounts, Users } from "./users.js";

export interface AppOptions {
  readonly config: Config;
  readonly store: Store;
  readonly serverKey: Buffer;
  readonly clock?: Clock;
  readonly accounts?: readonly Account[];
  readonly writeAudit?: (line: string) => void;
}

export interface App {
  readonly http: FastifyInstance;
  sweep(): Promise<void>;
}

/** Puts the parts together. Each `register` is a scope: its hooks bind its own routes and nothing else. */
export async function buildApp(options: AppOptions): Promise<App> {
  const services = await createServices(options);
  const { config, metrics, oauth, sessions, trouble } = services;

  const http = Fastify({
    bodyLimit: 16 * 1024,
    // Only what a proxy on this machine says about the client is believed.
    trustProxy: config.publicOrigin === undefined ? false : "loopback",
    frameworkErrors: answerBadUrl,
    // Wrong types and unknown fields are errors: nothing is bent into shape.
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false } },
  });
  answerErrors(http);
  acceptJsonOnly(http);
  await addHeaders(http, { secure: isSecure(config) });
  refuseForgeries(http, config.publicOrigin, metrics);
  await http.register(cookie);

  await http.register(async (app) => {
    addTrouble(app, trouble);
    healthRoutes(app);
    limitRoutes(app, services);
    await loginRoutes(app, services);
    sessionRoutes(app, services);
    reauthenticateRoutes(app, services);
    logoutRoutes(app, services);
    await app.register(async (scope) => refreshRoutes(scope, services));
    await app.register(async (scope) => oauthRoutes(scope, services), { prefix: "/oauth" });
    await app.register(
      async (api) => {
        signedInOnly(api, services);
        notebookRoutes(api, services);
        transferRoutes(api, services);
      },
      { prefix: "/api" },
    );
  });
  await http.register(async (scope) => cspReportRoutes(scope, services));
  if (config.debugRoutes)
    await http.register(async (scope) => debugRoutes(scope, services), { prefix: "/debug" });
  await siteRoutes(http, services);

  await http.ready();
  const sweep = async () => {
    await sessions.sweep();
    await oauth.grants.sweep();
    await options.store.sweep();
  };
  return { http, sweep };
}

async function createServices(options: AppOptions): Promise<Services> {
  const { config, store, serverKey, clock = systemClock, accounts = demoAccounts } = options;
  const { writeAudit = (line) => process.stderr.write(line) } = options;
  const audit = config.auditLog ? auditTo(writeAudit, deriveKey(serverKey, "audit log"), clock) : noAudit;
  const sessions = new Sessions({
    kind: "session",
    store,
    clock,
    limits: config.limits,
    tokens: new RefreshTokens(deriveKey(serverKey, "refresh token"), config.graceWindow),
    audit,
  });
  const notebook = new Notebook(store, clock);
  await notebook.seed();
  const [metrics, trouble] = [new Metrics(), new Trouble()];
  return {
    beds: new Beds(store),
    config,
    cookies: new Cookies(isSecure(config)),
    cspReports: new CspReports(),
    metrics,
    notebook,
    oauth: createOAuth({ store, clock, config, serverKey, audit, metrics, trouble }),
    sessions,
    trouble,
    users: new Users(accounts),
  };
}

function isSecure({ publicOrigin }: Config): boolean {
  return publicOrigin?.startsWith("https:") ?? false;
}
