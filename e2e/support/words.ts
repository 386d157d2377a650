/** The one application, three times. */
export const builds = { vanilla: "/", react: "/react/", vue: "/vue/" } as const;

/** The two people of the demo. */
export const people = {
  ada: { username: "ada", password: "lovelace", name: "Ada Lovelace" },
  alan: { username: "alan", password: "turing", name: "Alan Turing" },
} as const;

/** How the site says why the notebook is closed. */
export const why = {
  idle: /because nobody used Handover for/,
  absolute: /because a sign-in lasts/,
  here: "The notebook is closed on this computer.",
  otherTab: "You signed out of Handover in another tab.",
  server: "The server ended your session.",
  replaced: /^Your session on this computer is over/,
} as const;
