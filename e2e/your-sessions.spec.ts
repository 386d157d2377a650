import type { Browser, Page } from "@playwright/test";
import { expectNoViolations } from "./support/axe.js";
import { endedOnServer, logIn } from "./support/profile.js";
import { longAgo, stepUp } from "./support/step-up.js";
import { builds, expectUnharmed, people, type Tab } from "./support/tab.js";
import { expect, openTab, test } from "./support/test.js";

const desk = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0";
const phone =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1";
const tablet = "Mozilla/5.0 (Android 15; Tablet; rv:140.0) Gecko/140.0 Firefox/140.0";

/** Where the user is signed in, as a user sees and ends it. */
function yourSessions({ page }: Tab) {
  const dialog = page.getByRole("dialog", { name: "Your sessions" });
  return {
    dialog,
    open: page.getByRole("banner").getByRole("button", { name: "Your sessions" }),
    rows: dialog.getByRole("listitem"),
    status: dialog.getByRole("status"),
    problem: dialog.getByRole("alert"),
    refresh: dialog.getByRole("button", { name: "Refresh" }),
    signOut: (browser: string) => dialog.getByRole("button", { name: `Sign out ${browser}` }),
    signOutOthers: dialog.getByRole("button", { name: "Sign out everywhere else" }),
  };
}

/** Ada on another computer, where no page is open. */
async function signInOn(browser: Browser, baseURL: string, userAgent: string) {
  const elsewhere = await browser.newContext({ baseURL, userAgent, extraHTTPHeaders: { "X-Sojourn": "1" } });
  await logIn(elsewhere, "ada");
  return elsewhere;
}

/** What the page has asked about the list, in order. */
function asked(page: Page): string[] {
  const lines: string[] = [];
  page.on("request", (request) => {
    const { pathname } = new URL(request.url());
    if (/^\/sessions/.test(pathname)) lines.push(`${request.method()} ${pathname.replace(/\d+/, "…")}`);
  });
  return lines;
}

for (const [build, path] of Object.entries(builds))
  test(`S13 a user sees where else they are signed in and ends it; that one learns of it at its next contact, this one stays: ${build}`, async ({
    context,
    browser,
    server,
  }) => {
    const elsewhere = await browser.newContext({ baseURL: server.origin, userAgent: desk });
    const [a, b] = [await openTab(context, path), await openTab(elsewhere, path)];
    await b.signIn("ada");
    await a.signIn("ada");
    const lines = asked(a.page);
    const { open, rows, status, signOut } = yourSessions(a);

    await open.click();
    await expect(rows).toHaveText([
      /^Chrome on .*This one.*Signed in .*\d\d:\d\d.*In use now$/,
      /^Firefox on Windows.*Signed in .*\d\d:\d\d.*Last seen .*\d\d:\d\d.*Sign out/,
    ]);
    await expect(status).toHaveText("You are signed in here and in 1 other place.");
    await signOut("Firefox on Windows").click();
    await expect(status).toHaveText(
      "Firefox on Windows: signed out. You are signed in here and nowhere else.",
    );
    await expect(rows).toHaveText([/This one/]);

    // Nobody tells it: it finds out as soon as it wants something of the server.
    expect(await b.shows()).toBe("notebook");
    await b.note.fill("N6 sleeps.");
    await b.expectClosed("server");
    await expectUnharmed([a]);
    expect(lines).toEqual(["GET /sessions", "DELETE /sessions/…"]);
    expect(await server.metrics()).toMatchObject({ othersEnded: 1, signOuts: 0, stepUps: 0 });
    await elsewhere.close();
  });

test("S13 A6 A8 A10 by keyboard alone: the list loads, loads again, cannot be had, has changed meanwhile, and the focus is never lost", async ({
  tabs,
  browser,
  server,
}) => {
  const onPhone = await signInOn(browser, server.origin, phone);
  const onTablet = await signInOn(browser, server.origin, tablet);
  const [a] = await tabs(1);
  await a.signIn("ada");
  const { keyboard } = a.page;
  const { dialog, open, problem, refresh, rows, signOut, status } = yourSessions(a);

  await server.trouble({ slowMs: 60_000 });
  await open.focus();
  await keyboard.press("Enter");
  await expect(dialog).toHaveAccessibleDescription(/^Where you are signed in/);
  await expect(status).toHaveText("Looking where you are signed in…");
  await keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(open).toBeFocused();
  await server.trouble({ slowMs: 0 });
  await keyboard.press("Enter");
  await expect(status).toHaveText("You are signed in here and in 2 other places.");
  await expect(rows).toHaveText([/^Chrome/, /^Firefox on Android/, /^Safari on iOS/]);
  await expectNoViolations(a.page);
  await a.page.setViewportSize({ width: 320, height: 480 });
  expect(await a.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
  expect(await dialog.evaluate((it) => it.scrollWidth - it.clientWidth)).toBe(0);

  // Over there somebody was faster.
  expect((await onPhone.request.post("/logout")).status()).toBe(204);
  await expect(refresh).toBeFocused();
  await keyboard.press("Tab");
  await keyboard.press("Tab");
  await expect(signOut("Safari on iOS")).toBeFocused();
  await keyboard.press("Enter");
  await expect(status).toHaveText(/^Safari on iOS: had been signed out before\. .* 1 other place\.$/);
  await expect(rows).toHaveCount(2);
  // Not the button in it: a key that is held down would go on with that one.
  await expect(rows.last()).toBeFocused();

  await server.trouble({ down: true });
  await keyboard.press("Shift+Tab");
  await expect(refresh).toBeFocused();
  await keyboard.press("Enter");
  await expect(problem).toHaveText(/could not find out/);
  await expect(rows).toHaveCount(2);
  await server.trouble({ down: false });
  await onTablet.request.post("/logout");
  await keyboard.press("Enter");
  await expect(status).toHaveText(/^As of \d\d:\d\d\. You are signed in here and nowhere else\.$/);
  await expect(problem).toBeEmpty();
  await expect(refresh).toBeFocused();
  for (const context of [onPhone, onTablet]) await context.close();
});

test.describe("a while after the password was given", () => {
  test.use({ env: { END_OTHERS_MAX_AGE: "3s" } });

  test("S13 T6 to end all others takes the password again: who does not give it has ended none", async ({
    tabs,
    browser,
    server,
  }) => {
    const elsewhere = [];
    for (const it of [phone, tablet]) elsewhere.push(await signInOn(browser, server.origin, it));
    const [a] = await tabs(1);
    await a.signIn("ada");
    await longAgo(a, 3000);
    const { open, problem, rows, signOutOthers, status } = yourSessions(a);
    const { asks, cancel, goOn, password } = stepUp(a);

    await open.click();
    await signOutOthers.click();
    await cancel.click();
    await expect(problem).toHaveText("Nothing was signed out: your password is needed for it.");
    await expect(signOutOthers).toBeFocused();
    await expect(rows).toHaveCount(3);
    await signOutOthers.click();
    await password.fill(people.ada.password);
    await goOn.click();

    await expect(status).toHaveText("All others: signed out. You are signed in here and nowhere else.");
    await expect(asks).toBeHidden();
    await expect(signOutOthers).toBeHidden();
    await expect(rows).toHaveText([/This one/]);
    await expect(rows).toBeFocused();
    for (const context of elsewhere) {
      await endedOnServer(context, "ended");
      await context.close();
    }
    await expectUnharmed([a]);
    expect(await server.metrics()).toMatchObject({ othersEnded: 2, stepUps: 2, reauthentications: 1 });
  });
});
