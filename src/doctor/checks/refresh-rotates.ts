import { type Check, found, passed } from "../check.js";
import { rfc } from "../sources.js";

export const refreshRotates: Check = {
  id: "refresh-rotates",
  title: "A refresh gives a new refresh token",
  weight: "must",
  why: "A refresh token that stays the same is as good for a thief as for the user, and nobody ever notices.",
  sources: [rfc(9700, "4.14.2"), rfc(10017)],
  change:
    "Rotate: a new refresh token with every refresh, the one before is spent. Where the browser has nothing but a session id, and your server refreshes behind it, skip this check.",
  async run(lab) {
    const { rotated } = await lab.rotation();
    return rotated
      ? passed("the credential after a refresh is another one")
      : found("after a refresh cookies and tokens are the same as before");
  },
};
