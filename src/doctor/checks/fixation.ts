import { type Check, found, notRun, passed } from "../check.js";
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
    lab.needs("peek");
    const { signIn } = await lab.life();
    const names = new Set((await credentialCookies(lab, signIn)).map(({ name }) => name));
    if (names.size === 0) return notRun("no cookie was set by the sign-in");
    const client = lab.visitor();
    // What the server gives to whoever comes by is planted as easily as what somebody has made up.
    await client.fetch("./");
    const given = client.jar.all.map(({ name }) => name);
    for (const name of names) if (!given.includes(name)) client.jar.plant(name, MADE_UP);
    const planted = client.copy();
    await lab.session(client);
    if (!(await planted.lives())) return passed("what was planted before it opened nothing after it");
    return found("cookies that were planted before the sign-in opened the user's session after it");
  },
};
