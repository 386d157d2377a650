import { expectNoViolations } from "./support/axe.js";
import { signInByCode } from "./support/code-flow.js";
import { cookieHeader } from "./support/profile.js";
import { longAgo, stepUp } from "./support/step-up.js";
import { expectAll, people, type Tab } from "./support/tab.js";
import { expect, openTab, test } from "./support/test.js";

const MAX_AGE = 4000;
test.use({ env: { TRANSFER_MAX_AGE: "4s" } });

/** Transferring a patient, as a user does it. */
function ward(tab: Tab) {
  const { page } = tab;
  const dialog = page.getByRole("dialog", { name: "Transfer a patient" });
  return {
    dialog,
    ...stepUp(tab),
    transfer: dialog.getByRole("button", { name: "Transfer" }),
    done: dialog.getByRole("status"),
    problem: dialog.getByRole("alert"),
    bed: (text: string) => page.getByRole("button", { name: `Write about bed ${text}` }),
    async move(from: string, to: string) {
      if (!(await dialog.isVisible())) await page.getByRole("button", { name: "Transfer a patient" }).click();
      await dialog.getByLabel("Patient").selectOption(from);
      await dialog.getByLabel("To bed").selectOption(to);
      await dialog.getByRole("button", { name: "Transfer" }).click();
    },
  };
}

test("T6 I4 a transfer waits for the password, in every tab, and goes on when it was given in one: nobody is signed out, nothing is lost @everyday", async ({
  tabs,
  context,
  server,
}) => {
  const [a, b] = await tabs(2);
  const [here, there] = [ward(a), ward(b)];
  await a.signIn("ada");
  await expectAll([a, b], "active");
  await a.write("Half a sentence");
  const before = [await a.facts(), await cookieHeader(context)] as const;
  await longAgo(a, MAX_AGE);

  await there.move("N2", "S5");
  await expect(there.asks).toBeVisible();
  // Firefox gives no focus to a window that is behind another.
  await a.page.bringToFront();
  await here.move("N1", "N4");
  await expect(here.asks).toBeVisible();
  await expect(here.password).toBeFocused();

  await here.password.fill("guess");
  await here.password.press("Enter");
  await expect(here.asks.getByRole("alert")).toHaveText("That is not your password.");
  await expect(here.password).toHaveAttribute("aria-invalid", "true");
  await expect(here.password).toBeFocused();
  await expect(there.asks).toBeVisible();

  await here.password.fill(people.ada.password);
  await here.goOn.click();

  await expect(here.done).toHaveText(/in bed N4 now/);
  await expect(there.done).toHaveText(/in bed S5 now/);
  // Each tab has read the beds after its own transfer, which may have been the first of the two.
  await expect(here.bed("N1 –")).toBeAttached();
  await expect(there.bed("N2 –")).toBeAttached();
  for (const { asks } of [here, there]) await expect(asks).toBeHidden();
  await expect(here.transfer).toBeFocused();
  await expectAll([a, b], "active");
  const after = await a.facts();
  expect(after.epoch).toBe(before[0].epoch);
  // The reply's way is taken off, and nothing is added.
  const moved = after.absoluteExpiresAt - before[0].absoluteExpiresAt;
  expect(moved).toBeLessThanOrEqual(0);
  expect(moved).toBeGreaterThan(-1000);
  for (const tab of [a, b]) expect(await tab.heard("ended")).toEqual([]);
  await expect(a.note).toHaveValue("Half a sentence");
  expect(await server.metrics()).toMatchObject({
    ...{ signIns: 1, signInFailures: 1, reauthentications: 1, stepUps: 2, refreshes: 0 },
  });
  // The old id is worth nothing any more.
  expect(await cookieHeader(context)).not.toBe(before[1]);
  const headers = { Cookie: before[1] };
  expect((await fetch(`${server.origin}/api/notes`, { headers })).status).toBe(401);
  expect((await fetch(`${server.origin}/session`, { headers })).status).toBe(409);
});

test("T6 A5 A6 A8 the dialog is modal, named, described and without a fault that axe knows, and who cancels has moved nobody", async ({
  tabs,
  server,
}) => {
  const [a, b] = await tabs(2);
  const { asks, cancel: cancelButton, dialog, done, move, password, problem, transfer } = ward(a);
  await a.signIn("ada");
  await longAgo(a, MAX_AGE);
  for (const cancel of [() => a.page.keyboard.press("Escape"), () => cancelButton.click()]) {
    await move("N1", "N4");
    await expect(asks).toHaveAccessibleDescription(/Ada Lovelace/);
    expect(await asks.evaluate((it) => it.matches(":modal"))).toBe(true);
    await cancel();
    await expect(asks).toBeHidden();
    await expect(problem).toHaveText("Nobody was moved: your password is needed for it.");
    await expect(transfer).toBeFocused();
  }
  await move("N1", "N4");
  await expect(password).toBeFocused();
  await expectNoViolations(a.page);
  await a.page.setViewportSize({ width: 320, height: 480 });
  expect(await a.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
  await expect(asks).toBeInViewport();

  // The end of the session takes everything with it, also where it comes from another tab.
  await b.signOutButton.click();
  await a.expectClosed("otherTab");
  await expect(asks).toBeHidden();
  await expect(dialog).toBeHidden();
  await expect(done).toBeHidden();
  expect(await server.metrics()).toMatchObject({ reauthentications: 0, stepUps: 3 });
});

for (const tokens of ["memory", "worker"])
  test(`T6 I4 OAuth, tokens: ${tokens}: the user signs in again as the server asks (max_age, acr_values) in a window of its own, and what waited goes on, in every tab`, async ({
    context,
    server,
  }) => {
    const path = `/oauth-app/?tokens=${tokens}`;
    const a = await openTab(context, path);
    await signInByCode(a);
    const b = await openTab(context, path);
    await expectAll([a, b], "active");
    await longAgo(a, MAX_AGE);
    const { asks, cancel } = stepUp(a);
    const again = asks.getByRole("button", { name: "Sign in again" });
    /** Whoever is asked to, in the window that opens. */
    async function signIn() {
      const opening = a.page.waitForEvent("popup");
      await again.click();
      const popup = await opening;
      await popup.getByLabel("User name").fill(people.ada.username);
      await popup.getByLabel("Password").fill(people.ada.password);
      const { searchParams } = new URL(popup.url());
      const closed = popup.waitForEvent("close");
      await popup.getByRole("button", { name: "Sign in" }).click();
      await closed;
      return Object.fromEntries(searchParams);
    }

    const elsewhere = b.page.evaluate(() => demo.session.requireFresh({ maxAge: "2s" }));
    await a.page.getByRole("button", { name: "Transfer M. K." }).click();
    await expect(asks).toBeVisible();
    expect(await server.metrics()).toMatchObject({ stepUps: 1 });
    expect(await signIn()).toMatchObject({ max_age: "4", acr_values: "urn:handover:password" });
    await expect(a.page.getByText("M. K. is in bed N4 now.")).toBeVisible();
    await expect(asks).toBeHidden();
    await elsewhere;
    await expectAll([a, b], "active");
    for (const tab of [a, b]) {
      expect(await tab.heard("ended")).toEqual([]);
      expect(await tab.call("/oauth/api/profile")).toBe(200);
    }
    const told = { signIns: 2, codeExchanges: 2, stepUps: 1, refreshRequests: 0, invalidTokens: 0 };
    expect(await server.metrics()).toMatchObject(told);

    // By its own words the session is of that class; of another one this server has none.
    await b.page.evaluate(() => demo.session.requireFresh({ acr: "urn:handover:password", maxAge: "1m" }));
    const badge = a.page.evaluate(() =>
      demo.session.requireFresh({ acr: "urn:handover:badge" }).catch((error) => error.code as string),
    );
    await again.click();
    await expect(asks.getByRole("alert")).toHaveText("The server could not do that.");
    await cancel.click();
    expect(await badge).toBe("ERR_NOT_FRESH");
    await expectAll([a, b], "active");
  });
