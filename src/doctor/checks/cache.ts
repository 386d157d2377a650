import { type Check, foundIf } from "../check.js";
import { nameOf } from "../client.js";
import { asvs, rfc } from "../sources.js";

export const cache: Check = {
  id: "cache",
  title: "Replies about the session are not stored",
  weight: "must",
  why: "What a browser or a proxy has stored is shown to the next user, and an old reply tells of a session that is over.",
  sources: [asvs("V14.3.2"), rfc(6749, "5.1")],
  change: "Cache-Control: no-store with every reply of the session API, refusals included.",
  async run(lab) {
    const { all } = await lab.life();
    const refused = lab.target.convention.peek ? (await lab.visitor().ask("peek")).exchanges : [];
    const wrong = [...all, ...refused].flatMap((exchange) => {
      const policy = exchange.headers.get("cache-control");
      return /\bno-store\b/i.test(policy ?? "")
        ? []
        : [
            `${nameOf(exchange)} (${exchange.status}) has ${policy ? `Cache-Control: ${policy}` : "no Cache-Control"}`,
          ];
    });
    return foundIf(wrong, "all have no-store");
  },
};
