import type { Session } from "../index.js";
import { createWarning, type SessionWarning } from "../warning.js";
import { type Ending, watchEnding } from "./ending.js";
import type { Messages } from "./messages/messages.js";
import type { Stage } from "./stage.js";

// On a server there are no elements, and importing this must do no harm.
const Base = globalThis.HTMLElement ?? (class {} as typeof HTMLElement);

/**
 * `<session-warning>`: the warning before a session ends, and what is left when it has.
 *
 * | attribute | |
 * |---|---|
 * | `lang` | the language, where it is not that of the page |
 * | `return-to` | a page that comes instead of the ended view: of this origin, or of one in `allowed-origins`; any other is ignored |
 * | `allowed-origins` | other origins that `return-to` may name, separated by spaces |
 * | `notify` | a notification where no tab is seen, if the page was permitted to show any: it does not ask |
 * | `sound` | two soft notes when a warning opens, from one tab |
 * | `nonce` | for the style sheet where there is no `adoptedStyleSheets` (Safari before 16.4) |
 *
 * Slots: `brand` above the title, `work` for whether work is saved, `ended` instead of the "Sign in again" button.
 * Events: {@link SessionWarningEventMap}.
 * @example
 * ```ts
 * import "sojourn/element";
 *
 * const element = document.querySelector("session-warning");
 * if (element) element.session = session;
 * ```
 */
export class SessionWarningElement extends Base {
  #session: Session<unknown> | undefined;
  #warning: SessionWarning | undefined;
  #ending: Ending | undefined;
  #messages: Partial<Messages> = {};
  #stage: Stage | undefined;
  #stop: (() => void) | undefined;

  constructor() {
    super();
    this.attachShadow({ mode: "open" });
  }

  /** The session to warn of. */
  get session(): Session<unknown> | undefined {
    return this.#session;
  }
  set session(session: Session<unknown> | undefined) {
    if (session === this.#session) return;
    this.disconnectedCallback();
    this.#session = session;
    this.#warning = session && createWarning(session);
    this.#ending = session && watchEnding(this, session, () => this.#update());
    if (this.isConnected) this.#connect();
  }

  /** Your words instead of the built-in ones, one by one. */
  get messages(): Partial<Messages> {
    return this.#messages;
  }
  set messages(messages: Partial<Messages>) {
    this.#messages = messages;
    this.#update();
  }

  connectedCallback(): void {
    // Frameworks may set properties before the class is there.
    for (const name of ["session", "messages"] as const)
      if (Object.hasOwn(this, name)) {
        const value = this[name];
        delete (this as Partial<this>)[name];
        Object.assign(this, { [name]: value });
      }
    this.#connect();
  }

  disconnectedCallback(): void {
    this.#stop?.();
    this.#stop = undefined;
    this.#stage?.show();
  }

  #connect(): void {
    const session = this.#session;
    if (!session || !this.#warning || this.#stop) return;
    const update = () => this.#update();
    const stops = [
      this.#warning.subscribe(update),
      session.on("change", update),
      session.on("extended", () => this.#stage?.extended(true)),
      session.on("ended", () => this.#stage?.extended(false)),
      () => document.removeEventListener("visibilitychange", update),
    ];
    document.addEventListener("visibilitychange", update);
    this.#stop = () => {
      for (const stop of stops) stop();
    };
    update();
  }

  #update(): void {
    const ending = this.#ending;
    const warning = this.#warning;
    if (!this.#stop || !ending || !warning) return;
    ending.look();
    const { offline, reason } = ending;
    const { open, limit, secondsLeft: seconds, pending, error } = warning.getState();
    const scene = reason ? "ended" : open ? limit : undefined;
    if (this.#stage) this.#stage.show({ scene, seconds, pending, failed: !!error, offline, reason });
    // Loaded long before it is needed. Should it be missing all the same, it is asked for again.
    else
      import("./stage.js").then(
        ({ createStage }) => {
          this.#stage ??= createStage(
            this,
            (it) => void (it === "signIn" ? this.#ending?.signIn() : this.#warning?.[it]()),
            () => this.#update(),
          );
          this.#update();
        },
        () => {},
      );
  }
}
