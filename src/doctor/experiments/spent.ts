import type { Client } from "../client.js";
import { granted } from "../decisive.js";
import { NotRun } from "../errors.js";
import type { Lab } from "../lab.js";

/** What opens a session, in one line, to see whether it has changed. */
export const credentialsOf = ({ jar, accessToken, refreshToken }: Client): string =>
  [...jar.all.map(({ name, value }) => `${name}=${value}`).sort(), accessToken, refreshToken].join("\n");

/** Refreshes, or says why nothing can be seen. */
export async function refresh(client: Client, key?: string): Promise<void> {
  const { outcome, problem } = await client.ask("refresh", key);
  if (outcome !== "told") throw new NotRun(`a refresh was refused: ${problem ?? "nobody is signed in"}`);
}

/** A session that was refreshed. */
export interface Rotation {
  readonly client: Client;
  /** Another browser, with the credential of before. */
  readonly thief: Client;
  /** Whether the refresh gave a new credential at all. */
  readonly rotated: boolean;
}

export async function rotate(lab: Lab): Promise<Rotation> {
  lab.needs("refresh");
  const client = await lab.session();
  const thief = client.copy();
  await refresh(client);
  return { client, thief, rotated: changed(thief, client) };
}

/** A spent credential came back. What then? */
export interface Spent {
  /** Whether a refresh spends anything. */
  readonly rotated: boolean;
  /** Whether the spent one was good for another refresh. */
  readonly accepted: boolean;
  /** Whether the session of the current one lived on. */
  readonly survived: boolean;
}

/** Refreshes twice, then comes with the credential of the beginning, as a thief would. */
export async function useSpent(lab: Lab): Promise<Spent> {
  const { client, thief, rotated } = await lab.rotation();
  if (!rotated) return { rotated, accepted: true, survived: true };
  // A grace is for the one before: that one may come once more without being a thief's.
  await refresh(client);
  const accepted = granted(await thief.ask("refresh"));
  return { rotated, accepted, survived: await client.lives() };
}

const changed = (before: Client, after: Client): boolean =>
  before.refreshToken === undefined && after.refreshToken === undefined
    ? credentialsOf(before) !== credentialsOf(after)
    : before.refreshToken !== after.refreshToken;
