import { chunk } from "../support/chunk.js";
import { expect, test } from "./support.js";

test.describe("a usual warning, on a clock of the test", () => {
  test.use({ limits: { IDLE_TIMEOUT: "15m", IDLE_WARNING: "2m", ABSOLUTE_TIMEOUT: "8h" } });

  test("A9 announced at opening, each whole minute, 30 s and 10 s, by the tab that is seen", async ({
    open,
    context,
  }) => {
    await context.clock.install();
    const a = await open();
    const b = await open();
    await a.signIn();
    await b.hide(true);
    const [heard, heardBehind] = [await a.listen(), await b.listen()];
    await context.clock.runFor("13:01");
    await expect(a.dialog).toBeVisible();
    await expect(b.dialog).toBeVisible();
    await expect(a.live).toHaveAttribute("aria-live", "polite");
    await context.clock.runFor("01:55");
    await expect(a.dialog.getByText(/^0:0[1-5]$/)).toBeVisible();
    await expect(a.live).toHaveAttribute("aria-live", "assertive");
    expect(await heard()).toEqual([
      "2 minutes left before you're signed out.",
      "1 minute left before you're signed out.",
      "30 seconds left before you're signed out.",
      "10 seconds left before you're signed out.",
    ]);
    expect(await heardBehind()).toEqual([]);
    expect(await heard(), "once").toHaveLength(4);

    // The tab behind comes to the front: it says what is left.
    await b.hide(false);
    await context.clock.runFor(300);
    expect(await heardBehind()).toEqual([
      expect.stringMatching(/^\d seconds? left before you're signed out\.$/),
    ]);
  });

  test("A9 the countdown that is seen is not heard", async ({ open, context }) => {
    await context.clock.install();
    const a = await open();
    await a.signIn();
    await context.clock.runFor("13:30");
    const clock = a.dialog.getByText("1:30");
    await expect(clock).toBeVisible();
    expect(await clock.evaluate((it) => it.closest("[aria-hidden=true]") !== null)).toBe(true);
    expect(await clock.evaluate((it) => it.closest("[aria-live],[role=status],[role=alert]"))).toBeNull();
    await expect(a.live).toBeAttached();
    expect(await a.live.evaluate((it) => it.closest("[aria-hidden=true]"))).toBeNull();
  });

  test("it speaks the language of the page, also when that changes", async ({ open, context }) => {
    await context.clock.install();
    const a = await open();
    await a.signIn();
    await a.page.evaluate(() => {
      document.documentElement.lang = "cy";
    });
    await context.clock.runFor("13:01");
    await expect(a.dialog).toHaveAccessibleName("Rydych ar fin cael eich allgofnodi");
    await expect(a.dialog).toHaveAccessibleDescription(/allgofnodi ymhen 2 funud gan/);
    await expect(a.dialog).toHaveAttribute("lang", "cy");
    await expect(a.dialog.getByRole("button")).toHaveText(["Aros wedi mewngofnodi", "Allgofnodi"]);

    // An element's own language wins.
    await a.page.locator("session-warning").evaluate((it) => it.setAttribute("lang", "es"));
    await context.clock.runFor(2000);
    await expect(a.dialog.getByRole("button")).toHaveText(["Mantener la sesión abierta", "Cerrar sesión"]);
  });

  test("words of the application's own, one by one", async ({ open, context }) => {
    await context.clock.install();
    const a = await open({ messages: { stay: "I'm still here", "idle.text": "Closing in {time}." } });
    await a.signIn();
    await context.clock.runFor("13:01");
    await expect(a.dialog.getByRole("button")).toHaveText(["I'm still here", "Sign out"]);
    await expect(a.dialog).toHaveAccessibleDescription(/^Closing in 2 minutes\./);
  });

  test("a language that cannot be loaded leaves the English words", async ({ open, context }) => {
    await context.clock.install();
    // What a new release does to a page of the old one: the file is gone.
    await context.route(chunk("de"), (route) => route.fulfill({ status: 404 }));
    const a = await open({ attributes: { lang: "de" } });
    await a.signIn();
    await context.clock.runFor("13:01");
    await expect(a.dialog.getByRole("button")).toHaveText(["Stay signed in", "Sign out"]);
  });
});

test("A10 that the session goes on is said no more once it is over", async ({ open }) => {
  const a = await open();
  await a.signIn();
  await a.stay.click();
  await expect(a.status).toHaveText("You're still signed in.");
  expect(await a.page.evaluate(() => demo.session.logout())).toBe(true);
  // At once, and not when its time is over.
  expect(await a.status.textContent()).toBe("");
});

test("A10 that the session goes on is a status, and is gone after a while", async ({ open }) => {
  const [a, b] = [await open(), await open()];
  await a.signIn();
  await b.hide(true);
  await a.stay.click();
  await expect(a.status).toHaveText("You're still signed in.");
  await expect(a.status).toHaveRole("status");
  expect((await b.state()).status).toBe("active");
  await expect(b.status, "one tab speaks").toBeEmpty();
  await expect(a.status).toBeEmpty();
});

const offline = "The server can't be reached. You're still signed in, and we keep trying.";

test("A10 that the server cannot be reached is a status, in the open dialog", async ({ open, server }) => {
  const a = await open();
  await a.signIn();
  await expect(a.dialog).toBeVisible();
  await server.trouble({ down: true });
  // Another part of the application asks.
  await a.page.evaluate(() => demo.session.refresh().catch(() => {}));
  await expect(a.dialog.getByRole("status")).toHaveText(offline);
  await expect(a.status, "once").toBeEmpty();
});

test.describe(() => {
  test.use({ limits: {} });

  test("A10 that the server cannot be reached is a status, also without a dialog", async ({
    open,
    server,
  }) => {
    const [a, b] = [await open(), await open()];
    await a.signIn();
    await b.hide(true);
    await server.trouble({ down: true });
    await a.page.evaluate(() => demo.session.refresh().catch(() => {}));
    await expect(a.status).toHaveText(offline);
    await expect.poll(async () => (await b.state()).connection).toBe("retrying");
    await expect(b.status, "one tab speaks").toBeEmpty();
    await server.trouble({ down: false });
    await expect(a.status).toBeEmpty();
  });
});

test("A10 the end is told by the focus, which moves into what says so", async ({ open }) => {
  const a = await open();
  await a.signIn();
  await a.note.focus();
  await expect(a.stay).toBeFocused();
  await expect(a.signInAgain).toBeFocused({ timeout: 20_000 });
  await expect(a.dialog).toHaveAccessibleName("You've been signed out");
  await expect(a.dialog).toHaveAccessibleDescription(
    "For your security, we signed you out because you were inactive.",
  );
});
