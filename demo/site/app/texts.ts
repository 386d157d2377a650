import type { Bed, Priority } from "./api.js";
import type { DraftState } from "./draft.js";
import type { Limits } from "./limits.js";
import type { Screen } from "./screen.js";
import type { SignInProblem } from "./sign-in.js";
import { inWords, timeOfDay } from "./time.js";

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

/** After a sign-out that the server could not be told of. */
export const unconfirmed =
  "The server did not answer, so it does not know yet. Handover tells it as soon as it can be reached.";

export function warningText(extendable: boolean, left: number): { title: string; text: string } {
  return extendable
    ? {
        title: "You're about to be signed out",
        text: `For your security, we'll sign you out in ${inWords(left)} because you've been inactive.`,
      }
    : {
        title: "Your session is nearly over",
        text: `It ends in ${inWords(left)}, and cannot be made longer. Finish what you are writing, then sign in again.`,
      };
}

export const extendFailed = "That did not work: the server did not answer. You can try again.";

/** Whether the writer can afford to be signed out. */
export function workAtRisk({ status }: DraftState): string {
  if (status === "blank") return "";
  return status === "saved"
    ? "Your draft is saved and will be here when you sign in again."
    : "Your draft is not saved yet.";
}

export const stillHere = "You're still signed in.";

export function connectionTrouble(signedIn: boolean, online: boolean): string {
  if (!online)
    return signedIn
      ? "You are offline. You stay signed in, and Handover goes on when the connection is back."
      : "You are offline.";
  return signedIn
    ? "The server does not answer. You stay signed in, and Handover keeps trying."
    : "The server does not answer. Handover keeps trying.";
}

/** The page's title. */
export function titleOf(screen: Screen, warned: boolean): string {
  const here = {
    opening: "",
    "sign-in": "Sign in",
    closed: "Signed out",
    notebook: warned ? "Signing out soon" : "Notebook",
  }[screen.name];
  return here ? `${here} · Handover` : "Handover";
}
