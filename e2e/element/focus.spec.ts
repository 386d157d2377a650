import type { Locator } from "@playwright/test";
import { expect, test, type WarnedPage } from "./support.js";

/** Where the focus is, as a user would find it: the innermost element, by its text or its tag. */
const focused = ({ page }: WarnedPage) =>
  page.evaluate(() => {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    return element?.localName === "button" ? element.textContent : element?.localName;
  });

test("A5 a modal alertdialog, labelled and described by text that stands still", async ({ open }) => {
  const a = await open();
  await a.signIn();
  await expect(a.dialog).toBeVisible();
  await expect(a.dialog).toHaveAccessibleName("You're about to be signed out");
  const described =
    /^For your security, we'll sign you out in 10 seconds because you've been inactive\. Your note is saved\.$/;
  await expect(a.dialog).toHaveAccessibleDescription(described);
  expect(await a.dialog.evaluate((dialog) => dialog.matches("dialog:modal"))).toBe(true);
  // The clock goes on, the description does not.
  await expect(a.dialog.getByText("0:07")).toBeVisible();
  await expect(a.dialog).toHaveAccessibleDescription(described);
});

test('A6 the focus enters on "Stay signed in", stays inside, and goes back where it was', async ({
  open,
}) => {
  const a = await open();
  await a.signIn();
  await a.note.focus();
  await expect(a.dialog).toBeVisible();
  await expect(a.stay).toBeFocused();

  const visited = new Set<string | undefined>();
  for (let presses = 0; presses < 7; presses++) {
    await a.page.keyboard.press(presses % 2 ? "Shift+Tab" : "Tab");
    await a.page.keyboard.press("Tab");
    visited.add(await focused(a));
  }
  // `body` is the browser's own interface: nothing of the page beneath is reached.
  visited.delete("body");
  expect([...visited].sort()).toEqual(["Sign out", "Stay signed in"]);

  await a.stay.click();
  await expect(a.dialog).toBeHidden();
  await expect(a.note).toBeFocused();
});

test("A6 the focus goes back into the page that lies beneath, wherever it was, when another tab answers", async ({
  open,
}) => {
  const [a, b] = [await open(), await open()];
  await a.signIn();
  await a.page.locator("#open").focus();
  await expect(a.stay).toBeFocused();
  await b.stay.click();
  await expect(a.dialog).toBeHidden();
  await expect(a.page.locator("#open")).toBeFocused();
});

test("A7 Escape extends", async ({ open, server }) => {
  const a = await open();
  await a.signIn();
  await expect(a.dialog).toBeVisible();
  const { touches } = await server.metrics();
  await a.page.keyboard.press("Escape");
  await expect(a.dialog).toBeHidden();
  expect((await a.state()).status).toBe("active");
  expect((await server.metrics()).touches).toBeGreaterThan(touches);
});

test("A7 a running countdown is never silently hidden: Escape without a server, and a browser that closes the dialog", async ({
  open,
  server,
}) => {
  const a = await open();
  await a.signIn();
  await expect(a.dialog).toBeVisible();
  await server.trouble({ down: true });
  // Twice: browsers let the second one through whatever a page says.
  await a.page.keyboard.press("Escape");
  await a.page.keyboard.press("Escape");
  await expect(a.dialog.getByRole("alert")).toHaveText(/Please try again/);
  await expect(a.dialog).toBeVisible();
  expect((await a.state()).status).toBe("warning");

  await server.trouble({ down: false });
  await a.dialog.evaluate((dialog: HTMLDialogElement) => dialog.close());
  // Somebody meant to close it: that is an answer.
  await expect.poll(async () => (await a.state()).status).toBe("active");
  await expect(a.dialog).toBeHidden();
});

test("A7 Escape is not heard by what lies beneath", async ({ open }) => {
  const a = await open();
  await a.signIn();
  await a.page.evaluate(() => {
    document.addEventListener("keydown", (event) => {
      document.documentElement.dataset.beneath = `${document.documentElement.dataset.beneath ?? ""} ${event.key}`;
    });
  });
  await expect(a.dialog).toBeVisible();
  await a.page.keyboard.press("Shift");
  await a.page.keyboard.press("Escape");
  await expect(a.dialog).toBeHidden();
  await expect(a.page.locator("html")).toHaveAttribute("data-beneath", " Shift");
});

test.describe("I21 A6 above the application's own modals", () => {
  const modal = (a: WarnedPage) => a.page.getByRole("dialog", { name: "Of the application" });

  test("one that was there before", async ({ open }) => {
    const a = await open();
    await a.signIn();
    await a.page.locator("#open").click();
    await expect(modal(a).getByRole("textbox")).toBeFocused();
    await expect(a.stay).toBeFocused();
    // A click does not get through to what something else lies above.
    await a.stay.click({ timeout: 3000 });
    await expect(a.dialog).toBeHidden();
    await expect(modal(a)).toBeVisible();
    await expect(modal(a).getByRole("textbox")).toBeFocused();
  });

  test("one that is opened later", async ({ open }) => {
    const a = await open();
    await a.signIn();
    await expect(a.stay).toBeFocused();
    await a.page.locator("#modal").evaluate((dialog: HTMLDialogElement) => dialog.showModal());
    await expect(a.stay).toBeFocused();
    await a.stay.click({ timeout: 3000 });
    await expect(a.dialog).toBeHidden();
    await expect(modal(a).getByRole("textbox")).toBeFocused();
  });

  test("one that takes no focus and is opened later, over the whole page", async ({ open }) => {
    const a = await open();
    await a.signIn();
    await expect(a.stay).toBeFocused();
    await a.page.evaluate(() => {
      const sheet = document.body.appendChild(document.createElement("div"));
      sheet.popover = "manual";
      sheet.style.setProperty("inset", "0");
      sheet.style.setProperty("inline-size", "100%");
      sheet.style.setProperty("block-size", "100%");
      sheet.showPopover();
    });
    await a.stay.click({ timeout: 3000 });
    await expect(a.dialog).toBeHidden();
  });

  test("a library's that is opened later and hides everything beside it from assistive technology", async ({
    open,
  }) => {
    const a = await open();
    await a.signIn();
    await expect(a.stay).toBeFocused();
    await a.page.locator("session-warning").evaluate((it) => it.setAttribute("aria-hidden", "true"));
    await expect(a.page.locator("session-warning[aria-hidden]")).toHaveCount(0);
    await expect(a.stay).toBeFocused();
  });

  test("a library's, which disables and hides everything beside it", async ({ open }) => {
    const a = await open();
    await a.signIn();
    await a.page.evaluate(() => {
      document.body.style.setProperty("pointer-events", "none");
      for (const element of [...document.body.children]) {
        element.setAttribute("inert", "");
        element.setAttribute("aria-hidden", "true");
      }
    });
    await expect(a.stay).toBeFocused();
    await a.stay.click({ timeout: 3000 });
    await expect(a.dialog).toBeHidden();
    // What lies beneath is the library's business.
    await expect(a.page.locator("main")).toHaveAttribute("inert");
  });

  test.describe("a library's, which disables and hides what the element is in", () => {
    const main = (a: WarnedPage) => a.page.locator("main");
    const opened = async (open: () => Promise<WarnedPage>) => {
      const a = await open();
      await a.page.evaluate(() => {
        const main = document.querySelector("main");
        main?.append(...document.querySelectorAll("session-warning"));
        main?.setAttribute("aria-hidden", "true");
        main?.setAttribute("inert", "");
      });
      await a.signIn();
      await expect(a.stay).toBeFocused();
      return a;
    };

    test("the page beneath stays as it is while that modal is open @everyday", async ({ open }) => {
      const a = await opened(open);
      await a.stay.click({ timeout: 3000 });
      await expect(main(a).locator("dialog")).toBeHidden();
      await expect(main(a)).toHaveAttribute("aria-hidden", "true");
      await expect(main(a)).toHaveAttribute("inert");
    });

    for (const [how, after] of [
      ["removes", null],
      ["switches off", "false"],
    ] as const)
      test(`the page is there again where the library closes first, and ${how} what it has set`, async ({
        open,
      }) => {
        const a = await opened(open);
        await main(a).evaluate((it, value) => {
          it.removeAttribute("inert");
          if (value) it.setAttribute("aria-hidden", value);
          else it.removeAttribute("aria-hidden");
        }, after);
        await a.stay.click({ timeout: 3000 });
        await expect(a.dialog).toBeHidden();
        expect(await main(a).getAttribute("aria-hidden")).toBe(after);
      });
  });
});

test.describe("I21 A6 two on one page", () => {
  test.use({
    limits: { IDLE_TIMEOUT: "12s", IDLE_WARNING: "1s", ABSOLUTE_TIMEOUT: "12s", ACCESS_LIFETIME: "12s" },
  });

  test("the one that opened last is answered, and then the other one", async ({ open }) => {
    const a = await open({ absoluteWarning: "10s" });
    await a.page.evaluate(() => {
      const second = document.createElement("session-warning");
      second.session = demo.session;
      const main = document.querySelector("main");
      main?.append(...document.querySelectorAll("session-warning"), second);
      main?.setAttribute("aria-hidden", "true");
    });
    const main = a.page.locator("main");
    const [first, last] = [0, 1].map((nth) => a.page.locator("session-warning").nth(nth));
    const ok = (it: Locator) => it.getByRole("button", { name: "OK" });
    await expect(last.locator("[part=status]")).toBeAttached();
    const moves = await a.page.evaluateHandle(() => {
      const seen: EventTarget[] = [];
      document.addEventListener("focusin", ({ target }) => target && seen.push(target));
      return seen;
    });
    await a.signIn();
    await expect(ok(last)).toBeFocused();
    // A look a second is what brought each above the other.
    await expect(last.locator("[part=clock]")).toHaveText("0:07");
    expect(await moves.evaluate((seen) => seen.length)).toBe(2);
    await ok(last).click({ timeout: 3000 });
    await expect(ok(first)).toBeFocused();
    await expect(main).toHaveAttribute("aria-hidden", "undefined");
    await ok(first).click({ timeout: 3000 });
    await expect(main).toHaveAttribute("aria-hidden", "true");
    await expect(ok(first)).toBeHidden();
    await expect(ok(last)).toBeHidden();
  });
});
