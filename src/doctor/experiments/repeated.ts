import { randomUUID } from "node:crypto";
import { granted } from "../decisive.js";
import type { Lab } from "../lab.js";
import { refresh } from "./spent.js";

/** A refresh that was sent a second time, as after a lost reply. */
export interface Repeated {
  readonly answered: boolean;
  /** Whether the session lived on afterwards. */
  readonly survived: boolean;
}

export async function repeatRefresh(lab: Lab): Promise<Repeated> {
  lab.needs("refresh");
  const client = await lab.session();
  const again = client.copy();
  const key = randomUUID();
  await refresh(client, key);
  const answered = granted(await again.ask("refresh", key));
  return { answered, survived: answered && (await again.lives()) };
}
