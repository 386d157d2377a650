import "sojourn/element";
import type { HandoverSession } from "../app/session.js";
import { h, say } from "../shell/h.js";
import { button } from "./button.js";

/** Who is signed in, a button that uses the session, and the warning. Returns where problems are told. */
export function drawPage(
  body: HTMLElement,
  session: HandoverSession,
  leaveToSignIn: () => void,
): { say(text: string): void } {
  const who = h("p", { class: "lead" });
  const told = h("p", { role: "status" });
  const signIn = button("Sign in", leaveToSignIn, "primary");
  const call = button("Call the API", () => void callApi(session).then((text) => say(told, text)));
  const transfer = button("Transfer M. K.", () => void moveBed(session).then((text) => say(told, text)));
  const signOut = button("Sign out", () => void session.logout());
  const actions = h("p", { class: "actions" });
  body.append(h("main", { class: "beside" }, h("h1", {}, "Handover by OAuth"), who, actions, told));

  const warning = h("session-warning", {
    onsignin: (event: Event) => {
      event.preventDefault();
      leaveToSignIn();
    },
  });
  warning.session = session;
  body.append(warning);

  session.subscribe((state) => {
    if (state.status === "unknown") return;
    const signedIn = state.status === "active" || state.status === "warning";
    say(who, signedIn ? `${state.user?.name} is signed in.` : "Nobody is signed in.");
    // Moved only where they change: the focus stays.
    if (call.isConnected !== signedIn || !actions.hasChildNodes())
      actions.replaceChildren(...(signedIn ? [call, transfer, signOut] : [signIn]));
  });
  return { say: (text) => say(told, text) };
}

async function callApi(session: HandoverSession): Promise<string> {
  try {
    const reply = await session.fetch("/oauth/api/profile");
    return `The API said ${reply.status}: ${await reply.text()}`;
  } catch (error) {
    return `The API could not be called: ${(error as Error).message}`;
  }
}

/** From bed N1 to N4. The server wants to know for sure who has that done. */
async function moveBed(session: HandoverSession): Promise<string> {
  try {
    const reply = await session.fetch("/oauth/api/transfers", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ from: "N1", to: "N4" }),
      stepUp: "wait",
    });
    return reply.ok ? "M. K. is in bed N4 now." : `Nobody was moved: the API said ${reply.status}.`;
  } catch (error) {
    return `Nobody was moved: ${(error as Error).message}`;
  }
}
