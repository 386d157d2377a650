import { isForgeryToken } from "../cookies.js";
import { NotRun } from "../errors.js";
import type { Lab } from "../lab.js";
import { usesCookies } from "../target.js";

/**
 * The names of the cookies that open nothing: a language, a device. Without one of these the session is read and
 * refreshed as before.
 */
export async function findSettings(lab: Lab): Promise<ReadonlySet<string>> {
  const { convention, signIn } = lab.target;
  const settings = new Set<string>();
  if (!signIn || !convention.peek || !usesCookies(lab.target)) return settings;
  let client = await lab.session();
  try {
    for (const cookie of client.jar.all) {
      if (isForgeryToken(cookie)) continue;
      const without = client.copy();
      without.jar.remove(cookie);
      if (!(await without.lives())) continue;
      if (convention.refresh && (await without.ask("refresh")).outcome !== "told") continue;
      settings.add(cookie.name);
      // It has the newer credentials now.
      without.jar.put(cookie);
      client = without;
    }
  } catch (error) {
    if (!(error instanceof NotRun)) throw error;
  }
  return settings;
}
