import { readFile } from "node:fs/promises";
import { isSessionError } from "../errors.js";
import { type Duration, milliseconds } from "../options.js";
import type { ServerConvention } from "../server/convention.js";
import * as presets from "../server/presets/index.js";
import type { Arguments } from "./arguments.js";
import type { DoctorConfig, SignInConfig, Value } from "./config.js";
import { readCookieFile } from "./cookies.js";
import { CannotExamine } from "./errors.js";
import { once } from "./once.js";
import type { Secrets } from "./secrets.js";
import { type SignIn, signInBy, signInWith } from "./sign-in.js";
import type { Surroundings, Target } from "./target.js";

/** Where secrets come from. */
export interface SecretSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** All of standard input. */
  stdin(): Promise<string>;
}

/** Makes one thing out of command line and file: the command line wins. */
export async function settle(
  args: Arguments,
  config: DoctorConfig,
  sources: SecretSources,
  world: Surroundings,
  secrets: Secrets,
): Promise<Target> {
  const url = addressOf(args.url ?? "");
  const preset = args.preset ?? config.preset ?? "bff";
  const own = args.preset === undefined ? config.server : undefined;
  const duration = (name: "wait" | "idle" | "absolute") => {
    const given = args[name] ?? config[name];
    return given === undefined || given === "0" ? undefined : durationOf(given, name);
  };
  const signIn = args.signIn ?? config.signIn;
  const { cookieFile } = args;
  if (signIn === undefined && cookieFile === undefined)
    throw new CannotExamine("How to sign in has to be told: --login, --config or --cookie-file. See --help.");
  const cookies = cookieFile === undefined ? undefined : readCookieFile(await contentsOf(cookieFile));
  if (cookies?.all.length === 0) throw new CannotExamine(`${cookieFile} has no cookie in it.`);
  secrets.add(...(cookies?.all ?? []).map(({ value }) => value));
  const origin = args.origin ?? config.origin;
  return {
    url,
    page: origin === undefined ? new URL(url).origin : new URL(addressOf(origin)).origin,
    preset: own ? "custom" : preset,
    convention: own ?? conventionOf(preset, { ...usualOptions(url), ...config.options, ...args.options }),
    signIn: cookies ? undefined : await signInOf(signIn, sources, world, secrets),
    cookies,
    protected: args.protected ?? config.protected,
    idle: duration("idle"),
    absolute: duration("absolute"),
    wait: duration("wait") ?? 0,
    attempts: args.attempts ?? config.attempts ?? 0,
    secrets,
    world,
    strays: new Set(),
    throttled: [],
  };
}

function addressOf(given: string): string {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (!url || !/^https?:$/.test(url.protocol))
    throw new CannotExamine("The URL must be like https://app.example or https://app.example/auth.");
  if (url.username || url.password || url.search || url.hash)
    throw new CannotExamine("The URL must have no user name, password, query or fragment.");
  return url.href.replace(/\/$/, "");
}

/** Where the API is. Without a path it is where the preset says. */
const usualOptions = (url: string): object => ({
  url,
  ...(new URL(url).pathname !== "/" && { baseUrl: url }),
});

/** Whatever the module of presets has that makes a convention. */
function conventionOf(name: string, options: object): ServerConvention {
  const all = presets as Readonly<Record<string, unknown>>;
  const names = Object.keys(all).filter((key) => typeof all[key] === "function" && !/^read/.test(key));
  const make = names.includes(name) ? (all[name] as (options: object) => ServerConvention) : undefined;
  if (!make) throw new CannotExamine(`No such preset: ${name}. There are: ${names.join(", ")}.`);
  try {
    return make(options);
  } catch (error) {
    if (isSessionError(error) || error instanceof TypeError)
      throw new CannotExamine(`The preset ${name} cannot be used as it is: ${error.message}`);
    throw error;
  }
}

async function signInOf(
  given: DoctorConfig["signIn"],
  sources: SecretSources,
  world: Surroundings,
  secrets: Secrets,
): Promise<SignIn | undefined> {
  if (given === undefined) return undefined;
  if (typeof given === "function") return signInWith(given);
  const { url, method = "POST", headers = {}, json, form } = given satisfies SignInConfig;
  if (json && form) throw new CannotExamine("signIn has both json and form: one of them, please.");
  const secret = new Set<string>();
  const typed = once(sources.stdin);
  const read = async (name: string, value: Value): Promise<string> => {
    if (typeof value === "string") return value;
    secret.add(name);
    const found = "env" in value ? sources.env[value.env] : await typed();
    if (!found)
      throw new CannotExamine(
        `${name}: ${"env" in value ? `${value.env} is not set` : "standard input is empty"}.`,
      );
    secrets.add(found);
    return found;
  };
  const all = async (values: Readonly<Record<string, Value>>) =>
    Object.fromEntries(
      await Promise.all(Object.entries(values).map(async ([name, value]) => [name, await read(name, value)])),
    ) as Record<string, string>;
  const fields = await all(form ?? json ?? {});
  // A password that is in the file in spite of all shall not be in the report as well.
  for (const [name, value] of Object.entries(fields)) if (/pass|secret|token/i.test(name)) secrets.add(value);
  return signInBy(
    {
      url,
      method,
      headers: { "X-Sojourn": "1", ...(await all(headers)) },
      kind: form ? "form" : "json",
      fields,
      secret,
    },
    world,
  );
}

function durationOf(given: string, name: string): number {
  try {
    return milliseconds(given as Duration, name);
  } catch {
    throw new CannotExamine(`--${name} must be like 90s, 20m or 8h.`);
  }
}

async function contentsOf(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch {
    throw new CannotExamine(`${file} cannot be read.`);
  }
}
