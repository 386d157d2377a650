import type { Entry } from "./notebook.js";

export const FIRST_NOTES: readonly (Entry & { author: string; minutesAgo: number })[] = [
  {
    bedId: "N5",
    text: "Going home after lunch. Papers are signed, the daughter comes at 13:30.",
    priority: "routine",
    author: "Alan Turing",
    minutesAgo: 190,
  },
  {
    bedId: "S2",
    text: "Blood pressure low twice in the night. Please measure every hour until noon.",
    priority: "watch",
    author: "Ada Lovelace",
    minutesAgo: 75,
  },
  {
    bedId: "N6",
    text: "Results from the lab still missing; call them before the round.",
    priority: "urgent",
    author: "Ada Lovelace",
    minutesAgo: 20,
  },
];
