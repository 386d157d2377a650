import { expect, type Locator, type Page } from "@playwright/test";
import type { Session, SessionFacts, SessionState } from "../../src/index.js";
import type { RecordedEvent } from "./record.js";
import { builds, people, why } from "./words.js";

export { builds, people, why };

declare global {
  /** What the site offers to developers' consoles. */
  var demo: { session: Session<Person>; remount?(): void };
}

interface Person {
  readonly id: string;
  readonly name: string;
  readonly username: string;
}

export type State = SessionState<Person>;
export type Status = State["status"];

/** `sign-in` is also where the site says why the notebook is closed. `nothing`: it does not know yet. */
export type Shown = "notebook" | "warning" | "sign-in" | "nothing";

/** One open tab of the demo: what a user sees and does there, by role and name, and what its session says. */
export class Tab {
  readonly page: Page;
  readonly username: Locator;
  readonly password: Locator;
  readonly signInButton: Locator;
  /** On the page itself, not in a warning. */
  readonly signOutButton: Locator;
  readonly note: Locator;
  /** The warning of the idle limit. */
  readonly warning: Locator;
  readonly stay: Locator;
  /** The warning of the limit that cannot be moved. */
  readonly absoluteWarning: Locator;
  /** After somebody else has signed in. */
  readonly continueButton: Locator;

  constructor(page: Page) {
    this.page = page;
    this.username = page.getByLabel("User name");
    this.password = page.getByLabel("Password");
    this.signInButton = page.getByRole("button", { name: "Sign in", exact: true });
    this.signOutButton = page.getByRole("banner").getByRole("button", { name: "Sign out" });
    this.note = page.getByRole("textbox", { name: "Note", exact: true });
    this.warning = page.getByRole("alertdialog", { name: "You're about to be signed out" });
    this.stay = this.warning.getByRole("button", { name: "Stay signed in" });
    this.absoluteWarning = page.getByRole("alertdialog", { name: "Your session is nearly over" });
    this.continueButton = page.getByRole("button", { name: "Continue" });
  }

  async signIn(who: keyof typeof people = "ada"): Promise<void> {
    const { username, password } = people[who];
    await this.username.fill(username);
    await this.password.fill(password);
    await this.signInButton.click();
    await expect(this.note).toBeVisible();
  }

  /** Writes a note, and waits until the draft of it is on the server. */
  async write(text: string): Promise<void> {
    await this.note.fill(text);
    await expect(this.page.getByText(/^Draft saved/)).toBeVisible();
  }

  /** The page says why nobody is signed in any more, and offers to sign in again. */
  async expectClosed(reason: keyof typeof why, timeout = 15_000): Promise<void> {
    await expect(this.page.getByRole("main").getByText(why[reason])).toBeVisible({ timeout });
    await expect(this.note).toBeHidden();
    await expect(this.warning).toBeHidden();
    await expect(reason === "replaced" ? this.continueButton : this.username).toBeVisible();
  }

  /** A person at work: the pointer moves. */
  async move(): Promise<void> {
    const somewhere = () => 50 + Math.floor(Math.random() * 300);
    await this.page.mouse.move(somewhere(), somewhere());
  }

  /** What somebody sees who looks at it. */
  async shows(): Promise<Shown> {
    if ((await this.warning.isVisible()) || (await this.absoluteWarning.isVisible())) return "warning";
    if (await this.note.isVisible()) return "notebook";
    return (await this.username.isVisible()) ? "sign-in" : "nothing";
  }

  state(): Promise<State> {
    return this.page.evaluate(() => demo.session.getState());
  }

  async status(): Promise<Status> {
    return (await this.state()).status;
  }

  facts(): Promise<SessionFacts> {
    return this.page.evaluate(() => demo.session.inspect());
  }

  async sequence(): Promise<number> {
    return (await this.facts()).sequence;
  }

  timeLeft(limit?: "idle" | "absolute"): Promise<number> {
    return this.page.evaluate((which) => demo.session.timeLeft(which), limit);
  }

  /** Everything that the session has announced since the page was loaded. */
  recorded(): Promise<RecordedEvent[]> {
    return this.page.evaluate(() => globalThis.recorded);
  }

  /** What it has announced under this name. */
  async heard(event: string): Promise<RecordedEvent["detail"][]> {
    return (await this.recorded()).filter((it) => it.event === event).map(({ detail }) => detail);
  }

  /** An API call through the session: the status, or the code of the error. */
  call(path = "/api/notes"): Promise<number | string> {
    return this.page.evaluate(
      (url) =>
        demo.session.fetch(url).then(
          (reply) => reply.status,
          (error) => error.code ?? error.name,
        ),
      path,
    );
  }

  /** `session.refresh()`: "ok", or the code of the error. */
  refresh(): Promise<string> {
    return this.page.evaluate(() =>
      demo.session.refresh().then(
        () => "ok",
        (error) => error.code ?? error.name,
      ),
    );
  }
}

/** Waits until this is to be seen in every tab. */
export async function expectShown(tabs: readonly Tab[], shown: Shown, timeout = 15_000): Promise<void> {
  await expect
    .poll(() => Promise.all(tabs.map((tab) => tab.shows())), { timeout })
    .toEqual(tabs.map(() => shown));
}

/** Nobody was signed out: every tab shows the notebook, and none has ever announced an end. */
export async function expectUnharmed(tabs: readonly Tab[]): Promise<void> {
  await expectAll(tabs, "active");
  await expectShown(tabs, "notebook");
  for (const tab of tabs) expect(await tab.heard("ended")).toEqual([]);
}

/** Waits until every tab is in this state. */
export async function expectAll(tabs: readonly Tab[], status: Status, timeout = 15_000): Promise<void> {
  await expect
    .poll(() => Promise.all(tabs.map((tab) => tab.status())), { timeout })
    .toEqual(tabs.map(() => status));
}

/** Waits until every tab has the credential of this sequence. */
export async function expectSequence(
  tabs: readonly Tab[],
  sequence: number,
  timeout = 15_000,
): Promise<void> {
  await expect
    .poll(() => Promise.all(tabs.map((tab) => tab.sequence())), { timeout })
    .toEqual(tabs.map(() => sequence));
}
