import { type Check, foundIf, notRun } from "../check.js";
import { credentialCookies } from "../credentials.js";
import { asvs, cheatSheet } from "../sources.js";
import { MADE_UP } from "./dead-reply.js";

export const fixation: Check = {
  id: "fixation",
  title: "A session that was there before the sign-in is not used",
  weight: "must",
  why: "An attacker plants a cookie in the browser, waits until the user signs in, and is in the same session.",
  sources: [asvs("V7.2.4"), cheatSheet("Session_Management")],
  change: "Make a new session id at every sign-in, and never accept one that you have not issued.",
  async run(lab) {
    lab.cookiesOnly();
    const { signIn } = await lab.life();
    const names = credentialCookies(signIn).map(({ name }) => name);
    if (names.length === 0) return notRun("no cookie was set by the sign-in");
    const client = lab.visitor();
    // What the server gives to whoever comes by is planted as easily as what somebody has made up.
    await client.fetch("./");
    const given = client.copy();
    for (const name of names)
      if (!given.jar.all.some((cookie) => cookie.name === name)) client.jar.plant(name, MADE_UP);
    const planted = client.copy();
    await lab.session(client);
    const same = planted.jar.all.filter(
      ({ name, value }) =>
        names.includes(name) &&
        client.jar.all.some((cookie) => cookie.name === name && cookie.value === value),
    );
    const seen = same.map(({ name }) => `${name} was planted before the sign-in and was the same after it`);
    if (seen.length === 0 && lab.target.convention.peek && (await planted.lives()))
      seen.push("the session of a planted cookie lived after the user had signed in");
    return foundIf(await lives(seen, client), "the sign-in brought new ones");
  },
};

/** A cookie that is not looked at may stay as it was. */
async function lives(
  seen: readonly string[],
  client: { lives(): Promise<boolean> },
): Promise<readonly string[]> {
  return seen.length > 0 && (await client.lives()) ? seen : [];
}
