import { isForgeryToken } from "../cookies.js";
import { granted } from "../decisive.js";
import type { Lab } from "../lab.js";
import { usesCookies } from "../target.js";

/**
 * The names of the cookies that open nothing: a language, a device. A cookie that can be left out alone may still open the
 * session, as where one of two is enough: none of the smallest sets that open it has a setting in it.
 */
export async function findSettings(lab: Lab): Promise<ReadonlySet<string>> {
  const { convention, signIn } = lab.target;
  if (!signIn || !convention.peek || !usesCookies(lab.target)) return new Set();
  let client = await lab.session();
  const named = new Set(client.jar.all.filter((one) => !isForgeryToken(one)).map(({ name }) => name));

  /** Whether the session is read and refreshed with these cookies alone. */
  const opens = async (names: ReadonlySet<string>): Promise<boolean> => {
    const some = client.copy();
    const left = client.jar.all.filter(({ name }) => named.has(name) && !names.has(name));
    for (const cookie of left) some.jar.remove(cookie);
    if (!(await some.lives())) return false;
    if (convention.refresh && !granted(await some.ask("refresh"))) return false;
    // It has the newer credentials now, those among them that the server has given for the ones that were left out.
    const given = new Set(some.jar.all.map(({ name }) => name));
    for (const cookie of left) if (!given.has(cookie.name)) some.jar.put(cookie);
    client = some;
    return true;
  };

  /** Of cookies that open the session: so few that none can be spared. */
  const fewest = async (names: ReadonlySet<string>): Promise<ReadonlySet<string>> => {
    let needed = names;
    for (const name of names) {
      const fewer = without(needed, name);
      if (await opens(fewer)) needed = fewer;
    }
    return needed;
  };

  const openers = new Set<string>();
  const look = async (names: ReadonlySet<string>): Promise<void> => {
    const needed = await fewest(names);
    for (const name of needed) openers.add(name);
    if (needed.size === names.size) return;
    // What else opens the session has to do without one of these.
    for (const name of needed) {
      const others = without(names, name);
      if (await opens(others)) await look(others);
    }
  };
  await look(named);
  return new Set([...named].filter((name) => !openers.has(name)));
}

const without = (names: ReadonlySet<string>, name: string): ReadonlySet<string> =>
  new Set([...names].filter((other) => other !== name));
