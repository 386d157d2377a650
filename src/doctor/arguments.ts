import { parseArgs } from "node:util";
import type { SignInConfig, Value } from "./config.js";
import { CannotExamine } from "./errors.js";

export const HELP = `Usage: sojourn doctor URL [options]

Examines the session API at URL as an application with Sojourn would use it, and says what to change.

  --preset NAME             a preset of sojourn/presets (bff)
  --option NAME=VALUE       what the preset is called with; may come several times
  --origin ORIGIN           the origin that users see, where URL is behind something that ends TLS
  --config FILE             a .json or .mjs file (sojourn-doctor.json or .mjs in this folder)

How it signs in, as a user made for tests:
  --login PATH              posts there, the fields as JSON
  --login-form              as a form instead
  --login-field NAME=VALUE  a field that is no secret; may come several times
  --login-secret NAME=env:VARIABLE | NAME=stdin
                            one that is: from the environment or from standard input
  --login-header NAME=VALUE a header of the sign-in (X-Sojourn=1 is always there)
  --cookie-file FILE        a session that is there already, instead; it is signed out in the end

What is looked at:
  --protected PATH          an address that needs a session
  --wait DURATION           wait out limits up to so long, such as 20m (not at all)
  --idle DURATION           the idle limit, where the server does not tell it; likewise --absolute
  --attempts N              try N wrong passwords; may lock the account (0)
  --only CHECK, --skip CHECK  by name; may come several times

  --json                    the report as JSON
  --help

Exit code: 0 nothing found, 1 something found, 2 could not be examined.
It sends nothing to any other origin, and says no secret.
`;

/** What was asked for on the command line. */
export interface Arguments {
  readonly url: string | undefined;
  readonly help: boolean;
  readonly json: boolean;
  readonly config: string | undefined;
  readonly cookieFile: string | undefined;
  readonly preset: string | undefined;
  readonly options: Readonly<Record<string, string>>;
  readonly origin: string | undefined;
  readonly signIn: SignInConfig | undefined;
  readonly protected: string | undefined;
  readonly wait: string | undefined;
  readonly idle: string | undefined;
  readonly absolute: string | undefined;
  readonly attempts: number | undefined;
  readonly only: readonly string[] | undefined;
  readonly skip: readonly string[] | undefined;
}

const text = { type: "string" } as const;
const several = { type: "string", multiple: true } as const;
const flag = { type: "boolean" } as const;

export function readArguments(args: readonly string[]): Arguments {
  const { values, positionals } = parse(args);
  const [command, url, ...more] = positionals;
  const help = values.help ?? false;
  if (!help && command !== "doctor")
    throw new CannotExamine(
      `There is one command: sojourn doctor URL.${command === undefined ? "" : ` Not ${command}.`}`,
    );
  if (!help && (url === undefined || more.length > 0))
    throw new CannotExamine("One URL is needed: sojourn doctor URL. See --help.");
  const attempts = values.attempts === undefined ? undefined : Number(values.attempts);
  if (attempts !== undefined && !(Number.isInteger(attempts) && attempts >= 0 && attempts <= 1000))
    throw new CannotExamine("--attempts must be a whole number up to 1000.");
  return {
    url,
    help,
    json: values.json ?? false,
    config: values.config,
    cookieFile: values["cookie-file"],
    preset: values.preset,
    options: pairs("--option", values.option),
    origin: values.origin,
    signIn: signInOf(values),
    protected: values.protected,
    wait: values.wait,
    idle: values.idle,
    absolute: values.absolute,
    attempts,
    only: values.only,
    skip: values.skip,
  };
}

type Values = ReturnType<typeof parse>["values"];

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        ...{ preset: text, option: several, origin: text, config: text },
        ...{ login: text, "login-form": flag, "login-field": several, "login-secret": several },
        ...{ "login-header": several, "cookie-file": text, protected: text, wait: text, idle: text },
        ...{ absolute: text, attempts: text, only: several, skip: several, json: flag },
        help: { ...flag, short: "h" },
      },
    });
  } catch (error) {
    throw new CannotExamine(`${(error as Error).message} See --help.`);
  }
}

function signInOf(values: Values): SignInConfig | undefined {
  const { login } = values;
  const fields: Record<string, Value> = pairs("--login-field", values["login-field"]);
  for (const name of Object.keys(fields))
    if (/pass|secret|token|pin$|otp/i.test(name))
      throw new CannotExamine(
        `--login-field ${name}: others on this machine can read arguments. Use --login-secret ${name}=env:VARIABLE.`,
      );
  for (const [name, source] of Object.entries(pairs("--login-secret", values["login-secret"]))) {
    const variable = /^env:(\w+)$/.exec(source)?.[1];
    if (!variable && source !== "stdin")
      throw new CannotExamine(`--login-secret ${name} must be ${name}=env:VARIABLE or ${name}=stdin.`);
    fields[name] = variable ? { env: variable } : { stdin: true };
  }
  if (login === undefined) {
    if (Object.keys(fields).length > 0)
      throw new CannotExamine("--login PATH is needed where there are fields for it.");
    return undefined;
  }
  const headers = pairs("--login-header", values["login-header"]);
  return { url: login, headers, ...(values["login-form"] ? { form: fields } : { json: fields }) };
}

function pairs(option: string, given: readonly string[] = []): Record<string, string> {
  return Object.fromEntries(
    given.map((pair) => {
      const at = pair.indexOf("=");
      // Not quoted: it may be a secret at the wrong place.
      if (at < 1) throw new CannotExamine(`${option} must be NAME=VALUE.`);
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}
