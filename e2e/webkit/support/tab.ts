import { By, type WebDriver, type WebElement } from "selenium-webdriver";
import { expect } from "vitest";
import type { SessionFacts } from "../../../src/index.js";
import { type RecordedEvent, recorder } from "../../support/record.js";
import type { State, Status } from "../../support/tab.js";
import { people, why } from "../../support/words.js";
import type { Page } from "./windows.js";

declare global {
  /** Errors of the page that nobody has caught. */
  var uncaught: string[] | undefined;
}

function listenForErrors(): void {
  const uncaught: string[] = [];
  globalThis.uncaught = uncaught;
  addEventListener("error", ({ message }) => uncaught.push(message));
  addEventListener("unhandledrejection", ({ reason }) => uncaught.push(String(reason?.stack)));
}

/** What an element of each role can be. Whether it is one, and what it is called, WebKit says. */
const ELEMENTS = { alertdialog: "dialog", button: "button", textbox: "input, textarea" };

type Role = keyof typeof ELEMENTS;

/** How the warning of the idle limit is called. */
export const WARNING = "You're about to be signed out";

/** One open window or tab of the demo: what a user sees and does there, by role and name, and what its session says. */
export class Tab {
  constructor(readonly page: Page) {}

  /** Loads this address, or this page again, and waits until its session knows whether somebody is signed in. */
  async load(url?: string): Promise<void> {
    await this.page.in(async (driver) => {
      await (url === undefined ? driver.navigate().refresh() : driver.get(url));
      await driver.executeScript(listenForErrors);
      await driver.executeScript(...recorder);
    });
    await expect.poll(() => this.status()).not.toBe("unknown");
  }

  /** The visible element of this role and name: by WebKit's own accessibility tree, also inside shadow trees. */
  find(role: Role, name: string): Promise<WebElement | undefined> {
    return this.page.in((driver) => find(driver, role, name));
  }

  async sees(role: Role, name: string): Promise<boolean> {
    return (await this.find(role, name)) !== undefined;
  }

  async expectToSee(role: Role, name: string, visible = true): Promise<void> {
    await expect.poll(() => this.sees(role, name), { message: `${role} "${name}"` }).toBe(visible);
  }

  click(role: Role, name: string): Promise<void> {
    return this.#use(role, name, (element) => element.click());
  }

  type(name: string, text: string): Promise<void> {
    return this.#use("textbox", name, (element) => element.sendKeys(text));
  }

  /** Tried again where it fails: in a page that is being drawn an element is there before it can be used. */
  async #use(role: Role, name: string, use: (element: WebElement) => Promise<void>): Promise<void> {
    const attempt = async (driver: WebDriver) => {
      const element = await find(driver, role, name);
      if (element) await use(element);
      return !!element;
    };
    await expect.poll(() => this.page.in(attempt), { message: `${role} "${name}"` }).toBe(true);
  }

  async signIn(who: keyof typeof people = "ada"): Promise<void> {
    const { username, password } = people[who];
    await this.type("User name", username);
    await this.type("Password", password);
    await this.click("button", "Sign in");
    await this.expectToSee("textbox", "Note");
  }

  /** The text that can be seen, but for that of dialogs. */
  text(): Promise<string> {
    return this.page.in((driver) => driver.findElement(By.css("body")).getText());
  }

  /** The page says why nobody is signed in any more, and offers to sign in again. */
  async expectClosed(reason: keyof typeof why): Promise<void> {
    await expect.poll(() => this.text()).toMatch(why[reason]);
    expect(await this.sees("textbox", "Note")).toBe(false);
    expect(await this.sees("alertdialog", WARNING)).toBe(false);
    await this.expectToSee("textbox", "User name");
  }

  /** Runs this in the page. A promise is waited for. */
  run<T, Args extends unknown[]>(script: (...args: Args) => T | Promise<T>, ...args: Args): Promise<T> {
    return this.page.in((driver) => driver.executeScript<T>(script, ...args));
  }

  state(): Promise<State> {
    return this.run(() => demo.session.getState());
  }

  status(): Promise<Status | "unknown"> {
    return this.run(() => globalThis.demo?.session.getState().status ?? "unknown");
  }

  facts(): Promise<SessionFacts> {
    return this.run(() => demo.session.inspect());
  }

  visibility(): Promise<DocumentVisibilityState> {
    return this.run(() => document.visibilityState);
  }

  /** What the session has announced under this name since the tab was opened. */
  async heard(event: string): Promise<RecordedEvent["detail"][]> {
    const all = await this.run(() => globalThis.recorded);
    return all.filter((it) => it.event === event).map(({ detail }) => detail);
  }
}

async function find(driver: WebDriver, role: Role, name: string): Promise<WebElement | undefined> {
  const candidates = await driver.executeScript<WebElement[]>((selector: string) => {
    const within = (root: Document | ShadowRoot): Element[] =>
      [...root.querySelectorAll("*")].flatMap((element) => [
        ...(element.matches(selector) && element.checkVisibility({ visibilityProperty: true })
          ? [element]
          : []),
        ...(element.shadowRoot ? within(element.shadowRoot) : []),
      ]);
    return within(document);
  }, ELEMENTS[role]);
  for (const element of candidates)
    if ((await element.getAccessibleName()) === name && (await element.getAriaRole()) === role)
      return element;
  return undefined;
}

/** Waits until every tab is in this state. */
export async function expectAll(tabs: readonly Tab[], status: Status): Promise<void> {
  await expect.poll(() => Promise.all(tabs.map((tab) => tab.status()))).toEqual(tabs.map(() => status));
}
