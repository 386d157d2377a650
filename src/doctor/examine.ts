import type { Check, Verdict } from "./check.js";
import { notRun } from "./check.js";
import { CHECKS } from "./checks/index.js";
import { CannotExamine, NotRun } from "./errors.js";
import { Lab } from "./lab.js";
import type { Report, ReportEntry } from "./report.js";
import type { Target } from "./target.js";

/** Which checks: all, only some, or all but some. */
export interface Selection {
  readonly only?: readonly string[] | undefined;
  readonly skip?: readonly string[] | undefined;
}

/**
 * Runs the checks, one after the other, against a server.
 * @throws CannotExamine when the server is not there, or nobody can sign in
 */
export async function examine(target: Target, { only, skip = [] }: Selection = {}): Promise<Report> {
  const unknown = [...(only ?? []), ...skip].filter((id) => !CHECKS.some((check) => check.id === id));
  if (unknown.length > 0)
    throw new CannotExamine(
      `No such check: ${unknown.join(", ")}. There are: ${CHECKS.map(({ id }) => id).join(", ")}.`,
    );
  const lab = new Lab(target);
  try {
    await lab.life();
  } catch (error) {
    throw explained(error, target);
  }
  const checks: ReportEntry[] = [];
  for (const check of CHECKS) {
    const wanted = (only?.includes(check.id) ?? true) && !skip.includes(check.id);
    target.world.progress(check.title);
    const { run: _, ...about } = check;
    const { state, seen } = wanted ? await verdictOf(check, lab) : notRun("you have left it out");
    checks.push({ ...about, state, seen: seen.map((text) => target.secrets.redact(text)) });
  }
  const count = (state: Verdict["state"]) => checks.filter((check) => check.state === state).length;
  return {
    format: 1,
    url: target.url,
    preset: target.preset,
    found: count("found"),
    passed: count("passed"),
    notRun: count("not-run"),
    checks,
    notes: [...target.strays].map((origin) => `Nothing was sent to ${origin}: it is not what is examined.`),
  };
}

/** What goes wrong in one check leaves the others as they are. */
async function verdictOf(check: Check, lab: Lab): Promise<Verdict> {
  try {
    return await check.run(lab);
  } catch (error) {
    if (error instanceof NotRun) return notRun(error.message);
    return notRun(`it broke off: ${messageOf(error)}`);
  }
}

function explained(error: unknown, { url }: Target): CannotExamine {
  if (error instanceof CannotExamine) return error;
  if (error instanceof NotRun) return new CannotExamine(`${error.message}.`);
  return new CannotExamine(`${url} could not be examined: ${messageOf(error)}`);
}

/** The reason is in the cause where `fetch` fails. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause, message } = error;
  return cause instanceof Error && cause.message ? `${message} (${cause.message})` : message;
}
