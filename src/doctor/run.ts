import { HELP, readArguments } from "./arguments.js";
import { readConfig } from "./config.js";
import { CannotExamine } from "./errors.js";
import { examine, messageOf } from "./examine.js";
import { COLOURED, PLAIN, print } from "./print.js";
import type { Failure } from "./report.js";
import { Secrets } from "./secrets.js";
import { type SecretSources, settle } from "./settle.js";
import type { Surroundings } from "./target.js";

/** What the command is run in. */
export interface Io extends SecretSources, Surroundings {
  /** To standard output. */
  write(text: string): void;
  /** To standard error. */
  complain(text: string): void;
  /** Whether standard output is a terminal that may be coloured. */
  readonly coloured: boolean;
}

/** The command. Resolves to its exit code: 0 nothing found, 1 something found, 2 could not be examined. */
export async function run(argv: readonly string[], io: Io): Promise<0 | 1 | 2> {
  const secrets = new Secrets();
  const json = argv.includes("--json");
  try {
    const args = readArguments(argv);
    if (args.help) {
      io.write(HELP);
      return 0;
    }
    const config = await readConfig(args.config);
    const target = await settle(args, config, io, io, secrets);
    const report = await examine(target, { only: args.only ?? config.only, skip: args.skip ?? config.skip });
    const style = io.coloured ? COLOURED : PLAIN;
    io.write(`${json ? JSON.stringify(report, null, 2) : print(report, style)}\n`);
    return report.found > 0 ? 1 : 0;
  } catch (error) {
    const message =
      error instanceof CannotExamine ? error.message : `Something went wrong: ${messageOf(error)}`;
    const failure: Failure = { format: 1, error: secrets.redact(message) };
    if (json) io.write(`${JSON.stringify(failure, null, 2)}\n`);
    else io.complain(`${failure.error}\n`);
    return 2;
  }
}
