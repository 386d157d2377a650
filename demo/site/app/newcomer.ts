import { readBffSession } from "sojourn/presets";
import type { Person } from "./session.js";

/** Who is signed in now, after somebody else's sign-in has ended the session of this tab. */
export async function readNewcomer(): Promise<string | undefined> {
  try {
    const reply = await fetch("/session", { cache: "no-store" });
    return reply.ok ? readBffSession<Person>(await reply.json()).user?.name : undefined;
  } catch {
    return undefined;
  }
}
