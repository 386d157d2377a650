import { type Check, foundIf } from "../check.js";
import type { Exchange } from "../client.js";
import { NotRun } from "../errors.js";
import { EVIL } from "../experiments/forge.js";
import { asvs } from "../sources.js";

export const cors: Check = {
  id: "cors",
  title: "No foreign origin may read with the user's cookies",
  weight: "must",
  why: "Any page that the user visits could read the session, and send the header that protects against forgery.",
  sources: [
    asvs("V3.4.2"),
    { name: "Fetch, CORS protocol", url: "https://fetch.spec.whatwg.org/#http-cors-protocol" },
  ],
  change:
    "Compare Origin with a list, to the letter; never send it back unseen, never allow null, and no credentials with *.",
  async run(lab) {
    const { page } = lab.target;
    const { host } = new URL(page);
    const { peek, touch, refresh } = await lab.life();
    const [read, change] = [peek, touch ?? refresh].map((asked) => asked?.exchanges.at(-1));
    if (!read && !change) throw new NotRun("no request was seen that could be asked across origins");
    const strangers = [EVIL, "null", `https://evil-${host}`, `https://${host}.evil.example`];
    const seen: string[] = [];
    const client = await lab.session();
    for (const origin of strangers) {
      const replies: Exchange[] = [];
      if (read?.method === "GET")
        replies.push(
          await client.send(read.url, { headers: { Origin: origin, "Sec-Fetch-Site": "cross-site" } }),
        );
      if (change) {
        const ask = {
          Origin: origin,
          "Access-Control-Request-Method": change.method,
          "Access-Control-Request-Headers": "content-type,x-sojourn",
        };
        replies.push(await lab.visitor().send(change.url, { method: "OPTIONS", headers: ask }));
      }
      for (const { headers } of replies) {
        const allowed = headers.get("access-control-allow-origin");
        const credentials = headers.get("access-control-allow-credentials") === "true";
        if (credentials && allowed === origin) seen.push(`${origin} is allowed, with credentials`);
        if (credentials && allowed === "*")
          seen.push("* is allowed, with credentials: browsers refuse that, and somebody means it");
      }
    }
    return foundIf(seen, "none of four origins that are not yours was allowed");
  },
};
