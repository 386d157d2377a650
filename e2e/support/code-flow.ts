import { people, type Tab } from "./tab.js";
import { expect } from "./test.js";

/** Signs in on the page of the OAuth demo: to the server's sign-in page and back. */
export async function signInByCode(tab: Tab, who: keyof typeof people = "ada"): Promise<void> {
  const { username, password, name } = people[who];
  await tab.signInButton.click();
  await tab.username.fill(username);
  await tab.password.fill(password);
  await tab.signInButton.click();
  await expect(tab.page.getByText(`${name} is signed in.`)).toBeVisible();
}
