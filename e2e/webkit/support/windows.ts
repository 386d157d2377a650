import type { WebDriver } from "selenium-webdriver";

/** The windows and tabs of one browser. WebDriver looks at one at a time, so what is asked of them takes turns. */
export class Windows {
  #turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly driver: WebDriver) {}

  /** Opens another one. `tab`: behind the first window, hidden as a tab is that nobody looks at. */
  async open(as: "window" | "tab"): Promise<Page> {
    const handle = await this.#next(async () => {
      // The one that every browser begins with is a tab too, and in front.
      await this.driver.switchTo().newWindow(as);
      return this.driver.getWindowHandle();
    });
    return { in: (doing) => this.#next(() => this.#in(handle, doing)) };
  }

  async #in<T>(handle: string, doing: (driver: WebDriver) => Promise<T>): Promise<T> {
    await this.driver.switchTo().window(handle);
    return doing(this.driver);
  }

  #next<T>(doing: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(doing);
    this.#turn = turn.catch(() => {});
    return turn;
  }
}

/** One window or tab. */
export interface Page {
  /** Does something there, when it is its turn. */
  in<T>(doing: (driver: WebDriver) => Promise<T>): Promise<T>;
}
