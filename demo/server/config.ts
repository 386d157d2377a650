import { fileURLToPath } from "node:url";
import type { Limits } from "../../src/backend/limits.js";
import { parseDuration } from "./durations.js";

export interface Config {
  /** 0 picks a free port. */
  readonly port: number;
  readonly limits: Limits;
  /** How long before the idle end the site warns. The server only passes it on. */
  readonly idleWarning: number;
  /** How long the site waits for one answer. The server only passes it on. */
  readonly requestTimeout: number;
  /** How long a refresh whose reply was lost can be repeated with its `Idempotency-Key`. */
  readonly graceWindow: number;
  /** How long ago the password may have been given when a patient is transferred. */
  readonly transferMaxAge: number;
  /** The same for whoever ends other sessions of their own. */
  readonly endOthersMaxAge: number;
  /** Where sessions and notes are kept: in a Redis that several processes share, or in `dataDir`. */
  readonly redis: { readonly url: string; readonly prefix: string } | undefined;
  /** The store and the server key live here. */
  readonly dataDir: string;
  /** The built site. */
  readonly siteDir: string;
  /** Sign-in attempts per minute and address. */
  readonly loginRate: number;
  /** The origin browsers see, when something in front of this server ends TLS. Https here means Secure `__Host-` cookies. */
  readonly publicOrigin: string | undefined;
  /** DPoP proofs need a nonce of this server. */
  readonly dpopNonce: boolean;
  readonly debugRoutes: boolean;
  readonly auditLog: boolean;
  /** Instead of the key file in `dataDir`. */
  readonly serverKey: string | undefined;
}

/** What is wrong with the environment, one line per variable. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

const MAKE_KEY = `node -p "crypto.randomBytes(32).toString('base64url')"`;

const fromDemo = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** Reads the settings, or throws one `ConfigError` that names everything that is wrong. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const problems: string[] = [];
  const text = (name: string): string | undefined => env[name]?.trim() || undefined;

  const duration = (name: string, fallback: string, least = 1): number => {
    const given = text(name) ?? fallback;
    const ms = parseDuration(given);
    if (ms !== undefined && ms >= least) return ms;
    const bound = least > 1 ? `of at least ${least} ms` : "above 0";
    problems.push(`${name} must be a duration ${bound} with a unit, such as 10s, 15m or 8h, not "${given}"`);
    return Number.NaN;
  };
  const integer = (name: string, fallback: number, least: number, most: number): number => {
    const given = text(name);
    const value = given === undefined ? fallback : Number(given);
    if (Number.isInteger(value) && value >= least && value <= most) return value;
    problems.push(`${name} must be a whole number from ${least} to ${most}, not "${given}"`);
    return Number.NaN;
  };
  const onOff = (name: string, fallback: boolean): boolean => {
    const given = text(name);
    if (given === undefined) return fallback;
    if (given !== "on" && given !== "off") problems.push(`${name} must be "on" or "off", not "${given}"`);
    return given === "on";
  };
  const origin = (name: string): string | undefined => {
    const given = text(name);
    if (given === undefined) return undefined;
    if (URL.canParse(given) && /^https?:$/.test(new URL(given).protocol) && new URL(given).origin === given)
      return given;
    problems.push(`${name} must be an origin such as https://handover.example, not "${given}"`);
    return undefined;
  };

  /** What was given is never told: it may have a password in it. */
  const redisOf = (name: string, prefix: string): Config["redis"] => {
    const url = text(name) ?? "lmdb";
    if (url === "lmdb") return undefined;
    if (!isRedisUrl(url))
      problems.push(
        `${name} must be lmdb, redis://user:password@host:6379/0, or the same with rediss:// for TLS`,
      );
    return { url, prefix };
  };

  const idleTimeout = duration("IDLE_TIMEOUT", "15m");
  const idleWarning = duration("IDLE_WARNING", "2m");
  const absoluteTimeout = duration("ABSOLUTE_TIMEOUT", "8h");
  const accessLifetime = duration("ACCESS_LIFETIME", "5m");
  if (idleWarning >= idleTimeout) problems.push("IDLE_WARNING must be shorter than IDLE_TIMEOUT");
  if (idleTimeout > absoluteTimeout) problems.push("IDLE_TIMEOUT must not be longer than ABSOLUTE_TIMEOUT");
  if (accessLifetime > absoluteTimeout)
    problems.push("ACCESS_LIFETIME must not be longer than ABSOLUTE_TIMEOUT");

  const publicOrigin = origin("PUBLIC_ORIGIN");
  const redis = redisOf("SESSION_STORE", text("STORE_PREFIX") ?? "handover:");
  const serverKey = text("SERVER_KEY");
  if (redis && serverKey === undefined)
    problems.push(
      `SERVER_KEY is needed with SESSION_STORE=redis://…, the same for all processes. Make one by ${MAKE_KEY}`,
    );
  const config: Config = {
    port: integer("PORT", 4173, 0, 65_535),
    limits: { idleTimeout, absoluteTimeout, accessLifetime },
    idleWarning,
    requestTimeout: duration("REQUEST_TIMEOUT", "10s"),
    graceWindow: duration("GRACE_WINDOW", "15m", 0),
    // It goes over the wire in whole seconds.
    transferMaxAge: duration("TRANSFER_MAX_AGE", "5m", 1000),
    endOthersMaxAge: duration("END_OTHERS_MAX_AGE", "5m", 1000),
    redis,
    dataDir: text("DATA_DIR") ?? fromDemo("data"),
    siteDir: text("SITE_DIR") ?? fromDemo("dist"),
    loginRate: integer("LOGIN_RATE", 30, 1, 1_000_000),
    publicOrigin,
    dpopNonce: onOff("DPOP_NONCE", false),
    debugRoutes: onOff("DEBUG_ROUTES", publicOrigin === undefined),
    auditLog: onOff("AUDIT_LOG", true),
    serverKey,
  };
  if (problems.length > 0) throw new ConfigError(problems.join("\n"));
  return config;
}

function isRedisUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, pathname, search, hash } = new URL(text);
  const address = /^rediss?:$/.test(protocol) && hostname !== "" && /^(\/\d*)?$/.test(pathname);
  return address && search === "" && hash === "";
}
