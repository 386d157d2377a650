import { type Check, found, notRun, passed } from "../check.js";
import { asvs, cheatSheet } from "../sources.js";

export const signInLimit: Check = {
  id: "sign-in-limit",
  title: "Guessing passwords is slowed down",
  weight: "must",
  why: "Lists of stolen passwords are tried by machines, thousands in a minute.",
  sources: [asvs("V6.3.1"), cheatSheet("Credential_Stuffing_Prevention")],
  change: "Limit sign-ins by address and by account, with 429 and Retry-After.",
  async run(lab) {
    const { signIn } = await lab.life();
    const told = signIn.some(({ headers }) =>
      [...headers.keys()].some((name) => /^(x-)?ratelimit(-limit|-policy)?$/.test(name)),
    );
    const { attempts, signIn: how, world } = lab.target;
    if (attempts === 0 && told) return passed("the reply to a sign-in tells of a limit");
    if (attempts === 0)
      return notRun(
        "no reply tells of a limit; --attempts 20 tries wrong passwords (and may lock the account)",
      );
    if (!how?.fail) return notRun("a wrong sign-in can be made up only where it is described by a request");
    for (let tried = 1; tried <= attempts; tried += 1) {
      world.progress(`Wrong password ${tried} of ${attempts}`);
      const { status } = await how.fail(lab.visitor());
      if (status === 429 || status === 423)
        return passed(`after ${tried} wrong passwords the answer was ${status}`);
    }
    return found(`${attempts} wrong passwords in a row were looked at, one like the other`);
  },
};
