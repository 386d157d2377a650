import type { Messages } from "sojourn/element";
import type { Bed, Priority, Transfer } from "./api.js";
import type { DraftState } from "./draft.js";
import type { Limits } from "./limits.js";
import type { Screen } from "./screen.js";
import type { SignInProblem } from "./sign-in.js";
import { asClock, inWords, momentOf, timeOfDay } from "./time.js";
import type { ListedSession, YourSessionsState } from "./your-sessions.js";

/** The words that every build of the site uses. */

export const clinic = "Linden Clinic";
export const wards = "Wards North and South";

export const bedStatus: Readonly<Record<Bed["status"], string>> = {
  stable: "Stable",
  watch: "Watch",
  critical: "Critical",
  "going-home": "Leaving",
  empty: "Empty",
};

export const priorities: Readonly<Record<Priority, string>> = {
  routine: "Routine",
  watch: "Watch",
  urgent: "Urgent",
};

export const signInProblem: Readonly<Record<SignInProblem, string>> = {
  credentials: "That user name and password do not match.",
  "too-many": "Too many tries. Wait a minute, then try again.",
  unreachable: "Handover cannot be reached. Check the connection, then try again.",
};

export function draftStatus({ status, savedAt }: DraftState): string {
  if (status === "failed") return "The draft could not be saved. Handover tries again.";
  return status === "saved" && savedAt !== undefined ? `Draft saved ${timeOfDay(savedAt)}` : "";
}

/** Why the notebook is closed. */
export function whyClosed(
  { reason, origin }: Extract<Screen, { name: "closed" }>,
  limits: Limits,
): { title: string; text: string } {
  switch (reason) {
    case "idle":
      return {
        title: "You were signed out",
        text: `You were signed out because nobody used Handover for ${inWords(limits.idleTimeout)}.`,
      };
    case "absolute":
      return {
        title: "Time to sign in again",
        text: `You were signed out because a sign-in lasts ${inWords(limits.absoluteTimeout)} at most.`,
      };
    case "replaced":
      return {
        title: "Somebody else signed in",
        text: "Your session on this computer is over. Your draft is kept for you.",
      };
    case "logout":
      return origin === "this-tab"
        ? { title: "You have signed out", text: "The notebook is closed on this computer." }
        : { title: "You were signed out", text: "You signed out of Handover in another tab." };
    default:
      return { title: "You were signed out", text: "The server ended your session." };
  }
}

export const newcomerTitle = (name: string): string => `${name} signed in on this computer`;

/** After a sign-out that the server could not be told of. */
export const unconfirmed =
  "The server did not answer, so it does not know yet. Handover tells it as soon as it can be reached.";

export const addNoteFailed = "The note could not be added. What you wrote is still here; try again.";

export const transferTitle = "Transfer a patient";

export const transferDone = (bedId: string): string => `Done: the patient is in bed ${bedId} now.`;

export const transferProblem: Readonly<Record<Exclude<Transfer, "done">, string>> = {
  taken: "Somebody was faster: look at the beds again. Nobody was moved.",
  refused: "Nobody was moved: your password is needed for it.",
  failed: "The transfer did not work. Nobody was moved; try again.",
};

export const sessionsTitle = "Your sessions";
export const sessionsText = "Where you are signed in. What you sign out here notices it at its next step.";

export function sessionsStatus({ list, under, news, problem }: YourSessionsState): string {
  if (!list) return problem ? "" : "Looking where you are signed in…";
  if (under === "list") return "Looking again…";
  const others = list.filter(({ current }) => !current).length;
  const where = ["nowhere else", "in 1 other place"][others] ?? `in ${others} other places`;
  return `${news} You are signed in here and ${where}.`.trim();
}

export const sessionTimes = ({ current, startedAt, seenAt }: ListedSession): readonly [string, string] => [
  `Signed in ${momentOf(startedAt)}`,
  current ? "In use now" : `Last seen ${momentOf(seenAt)}`,
];

export const listRenewed = (): string => `As of ${timeOfDay(Date.now())}.`;
export const endedOne = (browser: string): string => `${browser}: signed out.`;
export const endedBefore = (browser: string): string => `${browser}: had been signed out before.`;
export const endedOthers = "All others: signed out.";
export const noList = "Handover could not find out where you are signed in. Refresh to try again.";
export const notEnded: Readonly<Record<"refused" | "failed", string>> = {
  refused: "Nothing was signed out: your password is needed for it.",
  failed: "That did not work. Refresh to see where you are signed in, then try again.",
};

/** What asks for the password in the middle of the work. */
export const stepUpTitle = "Is it still you?";
export const stepUpText = (name = "somebody"): string =>
  `You are signed in as ${name}, and it is a while since the password was given. Give it again to go on: everything stays ` +
  "as it is.";
export const stepUpProblem: Readonly<Record<SignInProblem, string>> = {
  ...signInProblem,
  credentials: "That is not your password.",
};

/** Whether the writer can afford to be signed out. */
export function workAtRisk({ status }: DraftState): string {
  if (status === "blank") return "";
  return status === "saved"
    ? "Your draft is saved and will be here when you sign in again."
    : "Your draft is not saved yet.";
}

export function connectionTrouble(signedIn: boolean, online: boolean): string {
  if (!online)
    return signedIn
      ? "You are offline. You stay signed in, and Handover goes on when the connection is back."
      : "You are offline.";
  return signedIn
    ? "The server does not answer. You stay signed in, and Handover keeps trying."
    : "The server does not answer. Handover keeps trying.";
}

/** In the header while a limit is near, also when the notice of one that nothing moves was read and closed. */
export const countdown = (secondsLeft: number): string => `Ends in ${asClock(secondsLeft * 1000)}`;

/** What the warning need not say, for the banner says it. */
export const warningMessages: Partial<Messages> = { offline: "" };

/** The page's title. */
export function titleOf(screen: Screen): string {
  const here = { opening: "", "sign-in": "Sign in", closed: "Signed out", notebook: "Notebook" }[screen.name];
  return here ? `${here} · Handover` : "Handover";
}
