import { type Check, found, notRun, passed } from "../check.js";
import { rfc } from "../sources.js";

const TOLERATED = 30_000;

export const clockSkew: Check = {
  id: "clock-skew",
  title: "The server's clock is right",
  weight: "should",
  why: "Whatever the server says as a time of day (expires_at, Expires, Retry-After) is off by as much, and so are tokens that another server checks.",
  sources: [rfc(9110, "6.6.1"), rfc(7519, "4.1.4")],
  change: "Synchronise the clock (NTP); tell lifetimes as seconds from now.",
  async run(lab) {
    const { all } = await lab.life();
    const skews = all.flatMap(({ headers, at }) => {
      const date = Date.parse(headers.get("date") ?? "");
      return Number.isNaN(date) ? [] : [date - at];
    });
    if (skews.length === 0) return notRun("no reply has a Date");
    const least = skews.reduce((a, b) => (Math.abs(a) < Math.abs(b) ? a : b));
    const seconds = Math.round(Math.abs(least) / 1000);
    if (Math.abs(least) <= TOLERATED) return passed(`within ${TOLERATED / 1000} s of this machine's`);
    return found(
      `Date is ${seconds} s ${least < 0 ? "behind" : "ahead of"} this machine's clock: one of the two is wrong`,
    );
  },
};
