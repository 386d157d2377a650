import { createSession, type Session } from "sojourn";
import { createDevtools } from "sojourn/devtools";
import { type BffUser, bff, readBffSession } from "sojourn/presets";
import { createWorld } from "sojourn/testing";

declare global {
  function signIn(username: string, password: string): Promise<void>;
}

const place = document.querySelector("#devtools") as HTMLElement;

/** With the server, as in an application. */
async function real() {
  const session: Session<BffUser> = createSession({ server: bff() });
  createDevtools(session).render(place);
  globalThis.signIn = async (username, password) => {
    const reply = await fetch("/login", {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Sojourn": "1" },
      body: JSON.stringify({ username, password }),
    });
    await session.start(readBffSession(await reply.json()));
  };
  await session.start();
  Object.assign(globalThis, { demo: { session } });
}

/** With a simulated clock, as beside a test. */
async function simulated() {
  const world = createWorld({ seed: 7 });
  const [tab, other] = [world.tab(), world.tab()];
  const { session } = tab;
  createDevtools(session, { world }).render(place);
  await world.run(tab.signIn("ada"));
  await world.run(other.session.start());
  Object.assign(globalThis, { demo: { session, world, tab, other } });
}

await (location.search === "?world" ? simulated() : real());
