import { type Check, foundIf, notRun } from "../check.js";
import { asvs, cheatSheet } from "../sources.js";

export const framing: Check = {
  id: "framing",
  title: "No other site can show the application in a frame",
  weight: "should",
  why: "A page that lies invisibly over another has users click “Stay signed in”, and more, for somebody else.",
  sources: [asvs("V3.4.6"), cheatSheet("Clickjacking_Defense")],
  change: "Content-Security-Policy: frame-ancestors 'none', or the sites that you want to be shown in.",
  async run(lab) {
    const page = await lab.visitor().fetch("/", { headers: { Accept: "text/html" } });
    if (page.status !== 200 || !/html/.test(page.headers.get("content-type") ?? ""))
      return notRun("there is no page at / of this origin");
    const policy = page.headers.get("content-security-policy") ?? "";
    return foundIf(
      /frame-ancestors/.test(policy)
        ? []
        : ["the page at / has no frame-ancestors in its Content-Security-Policy"],
      "the page at / has frame-ancestors",
    );
  },
};
