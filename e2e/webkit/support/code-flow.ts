import { people } from "../../support/words.js";
import type { Tab } from "./tab.js";
import { expect } from "./test.js";

/** From the page to the server's sign-in page and back. */
export async function signInByCode(tab: Tab): Promise<void> {
  await tab.click("button", "Sign in");
  await tab.type("User name", people.ada.username);
  await tab.type("Password", people.ada.password);
  await tab.click("button", "Sign in");
  await expect.poll(() => tab.text()).toContain(`${people.ada.name} is signed in.`);
}
