import { type Check, found, passed } from "../check.js";
import { isLoopback } from "../client.js";
import { asvs } from "../sources.js";

export const https: Check = {
  id: "https",
  title: "The session travels over https",
  weight: "must",
  why: "Everybody on the way reads the password and the cookie.",
  sources: [asvs("V12.2.1")],
  change:
    "Serve the application and its API over https only. Where something in front of this server does it, say so with --origin.",
  async run({ target: { page } }) {
    const { protocol, hostname } = new URL(page);
    if (protocol === "https:") return passed("users come over https");
    return isLoopback(hostname) ? passed("it is this machine") : found(`users come to ${page}`);
  },
};
