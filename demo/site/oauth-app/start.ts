import { createSession } from "sojourn";
import type { Person } from "../app/session.js";
import { reachServer } from "../shell/unreachable.js";
import { comeBack, leaveToSignIn, signInAgain } from "./code-flow.js";
import { drawPage } from "./page.js";
import { readChoice, sessionOptions } from "./session-options.js";
import { askAgain } from "./step-up.js";

/** The page, and its session. */
export async function start(): Promise<void> {
  const back = await comeBack();
  const choice = readChoice(location.search);
  const session = createSession<Person>(sessionOptions(choice, await reachServer(document.body)));
  globalThis.demo = { session };

  const page = drawPage(document.body, session, () => void leaveToSignIn(choice));
  askAgain(document.body, session, (asked, signal) => signInAgain(choice, asked, signal));
  try {
    await session.start(back && { exchange: back });
  } catch (error) {
    page.say(`The sign-in did not succeed: ${(error as Error).message}`);
    await session.start();
  }
}
