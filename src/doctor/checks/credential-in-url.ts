import { type Check, foundIf } from "../check.js";
import { nameOf } from "../client.js";
import { credentialCookies } from "../credentials.js";
import { decisive, isDecisive } from "../decisive.js";
import { asvs, rfc } from "../sources.js";

export const credentialInUrl: Check = {
  id: "credential-in-url",
  title: "What opens the session is in no address, and is not taken from one",
  weight: "must",
  why: "Addresses end up in logs, histories, bookmarks and Referer headers.",
  sources: [asvs("V14.2.1"), rfc(6750, "5.3")],
  change:
    "Take ids from cookies and tokens from the Authorization header or the body, and from nowhere else.",
  async run(lab) {
    const { all } = await lab.life();
    const client = await lab.session();
    const cookies = await credentialCookies(lab, all);
    const secrets = [...cookies.map(({ value }) => value), client.accessToken, client.refreshToken].filter(
      (value) => value !== undefined,
    );
    const seen = all.flatMap((exchange) => {
      const addresses = [exchange.url, exchange.headers.get("location") ?? ""];
      return addresses.some(
        (address) =>
          secrets.some((secret) => address.includes(secret)) ||
          /[?&#](access_token|refresh_token|session_?id|sid|jsessionid)=/i.test(address),
      )
        ? [`${nameOf(exchange)} has a credential in an address`]
        : [];
    });
    const peek = (await lab.life()).peek?.exchanges.at(-1);
    if (peek) {
      const address = new URL(peek.url);
      for (const { name, value } of client.jar.all) address.searchParams.set(name, value);
      if (client.accessToken) address.searchParams.set("access_token", client.accessToken);
      const asked = await lab.visitor().fetch(address);
      const honest = await lab.visitor().fetch(peek.url);
      const replies = [asked, honest];
      // Neither yes nor no: what was seen before stays seen.
      const decided = replies.every(isDecisive);
      if (seen.length === 0) replies.forEach(decisive);
      if (decided && asked.status < 300 && asked.text !== honest.text)
        seen.push(`${nameOf(peek)} takes the session from the query of its address`);
    }
    return foundIf(seen, "none was seen there, and none was taken from there");
  },
};
