import { type Check, foundIf, notRun } from "../check.js";
import { asvs, rfc } from "../sources.js";

const YEAR = 31_536_000;

export const hsts: Check = {
  id: "hsts",
  title: "Browsers are told to come over https only",
  weight: "must",
  why: "The first request of a user who types the address goes over http: whoever is on the way answers it.",
  sources: [asvs("V3.4.1"), rfc(6797)],
  change: "Strict-Transport-Security: max-age=31536000; includeSubDomains",
  async run(lab) {
    if (!lab.target.page.startsWith("https:"))
      return notRun("users come over http here (--origin says otherwise)");
    const { all } = await lab.life();
    const ages = all.map(({ headers }) =>
      Number(/max-age="?(\d+)/i.exec(headers.get("strict-transport-security") ?? "")?.[1] ?? 0),
    );
    const least = Math.min(...ages);
    return foundIf(
      least >= YEAR
        ? []
        : [
            least > 0
              ? `max-age is ${least} s: less than a year`
              : "a reply has no Strict-Transport-Security",
          ],
      "all replies have it, for a year or more",
    );
  },
};
