import { createSession, type Duration, type Session } from "sojourn";
import { type BffUser, bff, readBffSession } from "sojourn/presets";
// For nothing but its effect: a bundler must not drop it.
import "sojourn/element";

/** What a test wants different from a plain page. */
export interface Wanted {
  readonly attributes?: Readonly<Record<string, string>>;
  readonly messages?: Readonly<Record<string, string>>;
  /** The events whose default the page prevents. */
  readonly refuse?: readonly string[];
  readonly absoluteWarning?: Duration;
}

declare global {
  var wanted: Wanted | undefined;
  /** The events of the element, in order, each with what could be seen at that moment. */
  var heard: { name: string; detail: unknown; covered: boolean }[];
  function signIn(username: string, password: string): Promise<void>;
}

const { attributes = {}, messages = {}, refuse = [], absoluteWarning = "5s" } = globalThis.wanted ?? {};

const { idleTimeout, idleWarning, absoluteTimeout } = await (await fetch("/config")).json();
const session: Session<BffUser> = createSession({
  server: bff(),
  idle: { timeout: idleTimeout, warning: idleWarning, allowShortWarning: true },
  absolute: { timeout: absoluteTimeout, warning: absoluteWarning, allowShortWarning: true },
});

const element = document.querySelector("session-warning");
if (!element) throw new Error("The page has no <session-warning>.");
for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
element.messages = messages;
element.session = session;

globalThis.heard = [];
for (const name of ["purge", "signin", "reset"])
  element.addEventListener(name, (event) => {
    const curtain = element.shadowRoot?.querySelector("dialog[open][data-scene=ended]");
    heard.push({ name, detail: (event as CustomEvent).detail, covered: Boolean(curtain) });
    if (refuse.includes(name)) event.preventDefault();
  });

document.querySelector("#open")?.addEventListener("click", () => {
  document.querySelector<HTMLDialogElement>("#modal")?.showModal();
});

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
