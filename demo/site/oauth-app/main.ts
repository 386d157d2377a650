import { createSession } from "sojourn";
import type { Person } from "../app/session.js";
import { reachServer } from "../shell/unreachable.js";
import { comeBack } from "./code-flow.js";
import { drawPage } from "./page.js";
import { sessionOptions } from "./session-options.js";

const back = await comeBack();
const session = createSession<Person>(sessionOptions(await reachServer(document.body)));
globalThis.demo = { session };

const page = drawPage(document.body, session);
try {
  await session.start(back && { exchange: back });
} catch (error) {
  page.say(`The sign-in did not succeed: ${(error as Error).message}`);
  await session.start();
}
