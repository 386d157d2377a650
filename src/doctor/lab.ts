import { Client } from "./client.js";
import { NotRun } from "./errors.js";
import { carriedOut, SIMPLE } from "./experiments/forge.js";
import { type Life, live } from "./experiments/life.js";
import { type Repeated, repeatRefresh } from "./experiments/repeated.js";
import { findSettings } from "./experiments/settings.js";
import { type Slides, watchLimits } from "./experiments/slides.js";
import { type Rotation, rotate, type Spent, useSpent } from "./experiments/spent.js";
import { once } from "./once.js";
import { type Target, usesCookies } from "./target.js";

/** Where checks are made: gives out clients, and the results of experiments that several checks look at. */
export class Lab {
  readonly target: Target;
  /** The sessions that were made, as they were after the sign-in. */
  readonly made: Client[] = [];
  readonly life: () => Promise<Life>;
  /** The names of cookies that open nothing. */
  readonly settings: () => Promise<ReadonlySet<string>>;
  readonly slides: () => Promise<Slides>;
  readonly rotation: () => Promise<Rotation>;
  readonly spent: () => Promise<Spent>;
  readonly repeated: () => Promise<Repeated>;
  /** What pages of other origins could do. */
  readonly forged: () => Promise<readonly string[]>;
  #given: boolean;

  constructor(target: Target) {
    this.target = target;
    this.#given = target.cookies !== undefined;
    this.life = once(() => live(this));
    this.settings = once(() => findSettings(this));
    this.slides = once(() => watchLimits(this));
    this.rotation = once(() => rotate(this));
    this.spent = once(() => useSpent(this));
    this.repeated = once(() => repeatRefresh(this));
    this.forged = once(() => carriedOut(this, SIMPLE));
  }

  /** A browser that nobody has signed in with. */
  visitor(): Client {
    return new Client(this.target);
  }

  /** A browser with a session of its own. Signs in. */
  async session(client = this.visitor()): Promise<Client> {
    const { signIn, cookies } = this.target;
    if (signIn) {
      await signIn.run(client);
      this.made.push(client.copy());
      return client;
    }
    if (!this.#given || !cookies)
      throw new NotRun("it needs a session of its own, and no sign-in is described (--login or --config)");
    this.#given = false;
    return new Client(this.target, cookies.copy());
  }

  /** For checks that are about cookies: throws where tokens carry the session. */
  cookiesOnly(): void {
    if (!usesCookies(this.target))
      throw new NotRun("it does not apply: tokens carry the session, which no browser adds of itself");
  }

  needs(...verbs: readonly ("peek" | "touch" | "refresh" | "end")[]): void {
    for (const verb of verbs)
      if (!this.target.convention[verb]) throw new NotRun(`the preset has no ${verb}`);
  }
}
