import { expect, test } from "./support.js";

test.describe(() => {
  test.use({ limits: { IDLE_TIMEOUT: "5s", IDLE_WARNING: "4s", ABSOLUTE_TIMEOUT: "10m" } });

  test("A1 one simple action extends, ten times and more", async ({ open }) => {
    const a = await open();
    await a.signIn();
    for (let times = 1; times <= 11; times++) {
      await expect(a.stay).toBeFocused();
      await a.page.keyboard.press("Enter");
      await expect(a.dialog).toBeHidden();
    }
    expect((await a.state()).status).toBe("active");
  });
});

test.describe("the absolute limit", () => {
  test.use({
    limits: { IDLE_TIMEOUT: "12s", IDLE_WARNING: "1s", ABSOLUTE_TIMEOUT: "12s", ACCESS_LIFETIME: "12s" },
  });

  test('A2 has its own words and no "Stay signed in"; OK closes it until the end', async ({ open }) => {
    const a = await open({ absoluteWarning: "10s" });
    await a.signIn();
    await expect(a.dialog).toHaveAccessibleName("Your session is nearly over");
    await expect(a.dialog).toHaveAccessibleDescription(/ends in 10 seconds and can't be extended/);
    await expect(a.dialog.getByRole("button")).toHaveText(["OK", "Sign out"]);
    await expect(a.ok).toBeFocused();
    const deadline = await a.deadline();
    await a.ok.click();
    await expect(a.dialog).toBeHidden();
    expect(await a.deadline()).toBeLessThanOrEqual(deadline);
    // It ends all the same, and the end is shown.
    await expect(a.dialog).toHaveAccessibleName("You've been signed out");
    await expect(a.dialog).toHaveAccessibleDescription(/because your session reached its time limit/);
  });

  test("A2 what is typed on while it opens is no answer to it", async ({ open }) => {
    const a = await open({ absoluteWarning: "10s" });
    await a.page.locator("session-warning").evaluate((it) => {
      const dialog = it.shadowRoot?.querySelector("dialog");
      const ok = dialog?.querySelector<HTMLElement>("[part~=ok]");
      if (!dialog || !ok) throw new Error("There is no dialog.");
      new MutationObserver(() => {
        if (!dialog.open) return;
        // What a key makes of a focused button, in the moment in which it is there.
        ok.click();
        ok.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
        dialog.dispatchEvent(new Event("cancel", { cancelable: true }));
      }).observe(dialog, { attributeFilter: ["open"] });
    });
    await a.signIn();
    await expect(a.dialog.getByText("0:08")).toBeVisible();
    await a.ok.press("Enter");
    await expect(a.dialog).toBeHidden();
  });

  test("A7 A2 Escape has read it, and moves nothing", async ({ open }) => {
    const a = await open({ absoluteWarning: "10s" });
    await a.signIn();
    await expect(a.ok).toBeFocused();
    const deadline = await a.deadline();
    // At first a key is what was typed before.
    await expect(a.dialog.getByText("0:08")).toBeVisible();
    await a.page.keyboard.press("Escape");
    await expect(a.dialog).toBeHidden();
    expect(await a.deadline()).toBeLessThanOrEqual(deadline);
  });
});

test("I3 it opens everywhere, and an answer in one tab closes it everywhere", async ({ open }) => {
  const tabs = [await open(), await open(), await open()];
  const [a, b] = tabs;
  await a.signIn();
  for (const tab of tabs) await expect(tab.dialog).toBeVisible();
  await b.stay.click();
  for (const tab of tabs) await expect(tab.dialog).toBeHidden();
});

test("I20 while the server is asked the button says so, and nothing closes before it has agreed", async ({
  open,
  server,
}) => {
  const a = await open();
  await a.signIn();
  await expect(a.stay).toBeFocused();
  await server.trouble({ slowMs: 1500 });
  await a.page.keyboard.press("Enter");
  const pending = a.dialog.getByRole("button", { name: "Staying signed in…" });
  await expect(pending).toBeFocused();
  await expect(pending).toHaveAttribute("aria-disabled", "true");
  await expect(a.signOut).not.toHaveAttribute("aria-disabled", "true");
  expect((await a.state()).status).toBe("warning");
  await expect(a.dialog).toBeHidden();
  expect((await a.state()).status).toBe("active");
});

test("I20 a failure is said, and can be retried", async ({ open, server }) => {
  const [a, b] = [await open(), await open()];
  await a.signIn();
  await expect(a.stay).toBeFocused();
  await server.trouble({ down: true });
  await a.stay.click();
  await expect(a.dialog.getByRole("alert")).toHaveText(
    "That didn't work: the server can't be reached. Please try again.",
  );
  await expect(a.stay).toHaveAttribute("aria-disabled", "false");
  await expect(a.stay).toBeFocused();
  await expect(b.dialog).toBeVisible();
  await expect(b.dialog.getByRole("alert")).toBeEmpty();

  await server.trouble({ down: false });
  await a.stay.click();
  for (const tab of [a, b]) await expect(tab.dialog).toBeHidden();
});

test("mouse movement and keys dismiss nothing", async ({ open, server }) => {
  const a = await open();
  await a.signIn();
  await expect(a.stay).toBeFocused();
  const { touches } = await server.metrics();
  const before = await a.state();
  for (let step = 0; step < 10; step++) {
    await a.page.mouse.move(20 + 30 * step, 20 + 17 * step);
    await a.page.keyboard.press("Shift");
  }
  await a.page.mouse.click(5, 5);
  await expect(a.dialog.getByText("0:05")).toBeVisible();
  expect(await a.state()).toEqual(before);
  expect((await server.metrics()).touches).toBe(touches);
});

test("signing out from the warning: no notice here, one in the other tabs", async ({ open }) => {
  const [a, b] = [await open(), await open()];
  await a.signIn();
  await a.signOut.click();
  await expect(b.dialog).toHaveAccessibleName("You've been signed out");
  await expect(b.dialog).toHaveAccessibleDescription("You signed out in another tab or on another device.");
  await expect(a.dialog).toBeHidden();
  expect(await a.state()).toMatchObject({ status: "ended", reason: "logout", origin: "this-tab" });
  // What is private is wiped here too.
  expect(await a.heard()).toEqual([
    { name: "purge", detail: { reason: "logout", origin: "this-tab" }, covered: false },
  ]);
});

test("I9 a tab that is opened during the warning shows it", async ({ open }) => {
  const a = await open();
  await a.signIn();
  await expect(a.dialog).toBeVisible();
  const b = await open();
  await expect(b.stay).toBeFocused();
  await b.stay.click();
  await expect(a.dialog).toBeHidden();
});

test("an element that is moved or given another session goes on, one that is removed does not", async ({
  open,
}) => {
  const a = await open();
  await a.signIn();
  await expect(a.stay).toBeFocused();
  const element = a.page.locator("session-warning");
  await element.evaluate((it) => document.querySelector("main")?.append(it));
  await expect(a.stay).toBeFocused();
  await element.evaluate((it: HTMLElementTagNameMap["session-warning"]) => {
    it.session = undefined;
  });
  await expect(a.dialog).toBeHidden();
  await element.evaluate((it: HTMLElementTagNameMap["session-warning"]) => {
    it.session = demo.session;
  });
  await expect(a.stay).toBeFocused();
  const listeners = await element.evaluate((it) => {
    it.remove();
    return it.isConnected;
  });
  expect(listeners).toBe(false);
  await expect(a.dialog).toBeHidden();
  expect((await a.state()).status).toBe("warning");
});

test("a session that was set before the class was there is taken over", async ({ open }) => {
  const a = await open();
  await a.page.evaluate(async () => {
    const early = document.createElement("late-warning");
    Object.assign(early, { session: demo.session, messages: { stay: "Here I am" } });
    document.querySelector("session-warning")?.replaceWith(early);
    const known = customElements.get("session-warning") as CustomElementConstructor;
    customElements.define("late-warning", class extends known {});
  });
  await a.signIn();
  await expect(a.dialog.getByRole("button", { name: "Here I am" })).toBeFocused();
});
