import Fastify, { type FastifyInstance } from "fastify";
import { auditTo, noAudit } from "../../src/backend/audit.js";
import { type Clock, systemClock } from "../../src/backend/clock.js";
import { deriveKey } from "../../src/backend/keys.js";
import { createSessionServer } from "../../src/backend/session-server.js";
import { openMemory } from "../../src/backend/store/memory.js";
import type { Store } from "../../src/backend/store/store.js";
import type { Config } from "./config.js";
import { Beds } from "./handover/beds.js";
import { Notebook } from "./handover/notebook.js";
import { CspReports } from "./http/csp-reports.js";
import { refuseForgeries } from "./http/csrf.js";
import { answerBadUrl, answerErrors } from "./http/errors.js";
import { addHeaders } from "./http/headers.js";
import { acceptJsonOnly } from "./http/json.js";
import { limitRates } from "./http/rate-limits.js";
import { signedInOnly } from "./http/signed-in.js";
import { addTrouble } from "./http/troubled.js";
import { counterOf, Metrics } from "./metrics.js";
import { createOAuth } from "./oauth/oauth.js";
import { oauthRoutes } from "./oauth/routes.js";
import { endUser } from "./operator.js";
import { cspReportRoutes } from "./routes/csp-report.js";
import { debugRoutes } from "./routes/debug.js";
import { healthRoutes } from "./routes/health.js";
import { limitRoutes } from "./routes/limits.js";
import { loginRoutes } from "./routes/login.js";
import { notebookRoutes } from "./routes/notebook.js";
import { openApiRoutes } from "./routes/openapi.js";
import { reauthenticateRoutes } from "./routes/reauthenticate.js";
import { sessionRoutes } from "./routes/session.js";
import { siteRoutes } from "./routes/site.js";
import { transferRoutes } from "./routes/transfers.js";
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
  /** Ends all sessions and grants of that user, and tells how many there were. Undefined: there is no such user. */
  endUser(username: string): Promise<number | undefined>;
}

/** Puts the parts together. Each `register` is a scope: its hooks bind its own routes and nothing else. */
export async function buildApp(options: AppOptions): Promise<App> {
  const services = await createServices(options);
  const { auth, config, metrics, oauth, trouble } = services;

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
  refuseForgeries(http, auth);
  // Who has an answer can ask any process what was counted.
  http.addHook("onSend", () => metrics.settled());

  await http.register(async (app) => {
    addTrouble(app, trouble);
    healthRoutes(app);
    limitRoutes(app, services);
    openApiRoutes(app, services);
    await limitRates(app, config.redis && { store: options.store, clock: options.clock ?? systemClock });
    loginRoutes(app, services);
    reauthenticateRoutes(app, services);
    await app.register(async (scope) => sessionRoutes(scope, services));
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
    await auth.sweep();
    await oauth.grants.sweep();
  };
  return { http, sweep, endUser: (username) => endUser(services, username) };
}

async function createServices(options: AppOptions): Promise<Services> {
  const { config, store, serverKey, clock = systemClock, accounts = demoAccounts } = options;
  const { writeAudit = (line) => process.stderr.write(line) } = options;
  const audit = config.auditLog ? auditTo(writeAudit, deriveKey(serverKey, "audit log"), clock) : noAudit;
  const notebook = new Notebook(store, clock);
  await notebook.seed();
  // What people play with and tests look at: a restart may forget it, and several processes need it in common.
  const common = config.redis && config.debugRoutes ? store : openMemory(clock);
  const metrics = new Metrics(common, clock);
  const trouble = new Trouble(common);
  const users = new Users(accounts);
  const auth = createSessionServer({
    store,
    clock,
    secret: serverKey,
    limits: config.limits,
    graceWindow: config.graceWindow,
    endOthersMaxAge: config.endOthersMaxAge,
    origin: config.publicOrigin,
    user: (id) => users.byId(id),
    audit: config.auditLog ? writeAudit : undefined,
    onEvent: (event) => metrics.count(counterOf[event]),
  });
  return {
    auth,
    beds: new Beds(store),
    clock,
    config,
    cspReports: new CspReports(common),
    metrics,
    notebook,
    oauth: createOAuth({ store, clock, config, serverKey, audit, metrics, trouble }),
    trouble,
    users,
  };
}

function isSecure({ publicOrigin }: Config): boolean {
  return publicOrigin?.startsWith("https:") ?? false;
}
