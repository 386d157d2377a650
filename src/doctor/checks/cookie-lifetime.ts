import { type Check, foundIf } from "../check.js";
import { complain } from "../credentials.js";
import { cheatSheet, NIST } from "../sources.js";

/** NIST SP 800-63B: whoever signs in at the lowest level does so again after 30 days. */
const LONGEST = 30 * 86_400_000;
const MINUTE = 60_000;

export const cookieLifetime: Check = {
  id: "cookie-lifetime",
  title: "The session's cookies do not outlive the session",
  weight: "should",
  why: "A cookie that stays on the disk of a shared computer for a year waits for whoever comes next, and for the day on which the server forgets to look.",
  sources: [cheatSheet("Session_Management"), NIST],
  change: "Leave Max-Age and Expires out, or set them to what is left until the absolute limit.",
  async run(lab) {
    lab.cookiesOnly();
    const life = await lab.life();
    const told = life.peek?.told?.absolute ?? lab.target.absolute;
    const limit = told !== undefined && Number.isFinite(told) ? told + MINUTE : LONGEST;
    const wrong = await complain(lab, ({ name, maxAge, expires }) => {
      const lasts = maxAge !== undefined ? maxAge * 1000 : expires && expires.getTime() - Date.now();
      if (lasts === undefined || lasts <= limit) return undefined;
      const against = told === undefined ? "30 days" : "the absolute limit";
      return `${name} lasts ${inWords(lasts)}, longer than ${against}`;
    });
    return foundIf(wrong, "none does");
  },
};

const inWords = (ms: number): string =>
  ms >= 2 * 86_400_000 ? `${Math.round(ms / 86_400_000)} days` : `${Math.round(ms / MINUTE)} minutes`;
