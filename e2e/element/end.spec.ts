import { asleep } from "../support/sleep.js";
import { people } from "../support/tab.js";
import { expect, test, type WarnedPage } from "./support.js";

test.use({ limits: { IDLE_TIMEOUT: "6s", IDLE_WARNING: "3s", ABSOLUTE_TIMEOUT: "10m" } });

const covered = (a: WarnedPage) =>
  a.page.evaluate(() => {
    // Whatever lies in the corners and in the middle is the curtain.
    const points = [
      [1, 1],
      [innerWidth - 2, innerHeight - 2],
      [innerWidth / 2, innerHeight / 2],
    ] as const;
    return points.every(([x, y]) => document.elementFromPoint(x, y)?.localName === "session-warning");
  });

test("the end: a curtain, then the purge, then why, and a way back in", async ({ open }) => {
  const a = await open({ refuse: ["signin"] });
  await a.signIn();
  await expect(a.signInAgain).toBeFocused({ timeout: 20_000 });
  expect(await covered(a)).toBe(true);
  // Whoever was first to notice: this tab or the server.
  const detail = { reason: "idle", origin: expect.stringMatching(/^(this-tab|server)$/) };
  expect(await a.heard()).toEqual([{ name: "purge", detail, covered: true }]);
  await expect(a.dialog.getByRole("button")).toHaveText(["Sign in again"]);
  // There is nothing to go back to.
  await a.page.keyboard.press("Escape");
  await a.page.keyboard.press("Escape");
  await a.dialog.evaluate((dialog: HTMLDialogElement) => dialog.close());
  await expect(a.signInAgain).toBeFocused();
  expect(await covered(a)).toBe(true);

  await a.signInAgain.click();
  // The application signs in itself.
  await expect(a.dialog).toBeHidden();
  expect((await a.heard()).map(({ name }) => name)).toEqual(["purge", "signin"]);
});

test("the curtain is opaque: not a pixel of what lies beneath comes through", async ({ open }) => {
  const a = await open();
  await a.page.emulateMedia({ reducedMotion: "reduce" });
  await a.signIn();
  await expect(a.signInAgain).toBeFocused({ timeout: 20_000 });
  const before = await a.page.screenshot();
  await a.page.evaluate(() => {
    document.body.style.setProperty("background", "red");
    document.querySelector("main")?.style.setProperty("font-size", "5rem");
  });
  expect(before.equals(await a.page.screenshot())).toBe(true);
});

test('"Sign in again" loads the page anew, unless the application does otherwise', async ({ open }) => {
  const a = await open();
  await a.signIn();
  await a.page.evaluate(() => document.documentElement.setAttribute("data-old", ""));
  await expect(a.signInAgain).toBeFocused({ timeout: 20_000 });
  await a.signInAgain.click();
  await expect(a.page.locator("html[data-old]")).toHaveCount(0);
  await expect(a.dialog).toBeHidden();
});

test("an application that shows the end itself gets the page back", async ({ open }) => {
  const a = await open({ refuse: ["purge"] });
  await a.signIn();
  await expect.poll(async () => (await a.state()).status, { timeout: 20_000 }).toBe("ended");
  await expect(a.dialog).toBeHidden();
  // The curtain was there when it was asked.
  expect(await a.heard()).toMatchObject([{ name: "purge", covered: true }]);
});

test("I2 expired in its sleep: no warning, but the end at once", async ({ open, browser }) => {
  const a = await open();
  await a.signIn();
  await a.page.evaluate(() => {
    const scenes: (string | undefined)[] = [];
    Object.assign(globalThis, { scenes });
    const root = document.querySelector("session-warning")?.shadowRoot;
    if (!root) throw new Error("There is no shadow tree.");
    new MutationObserver(() => {
      const dialog = root.querySelector("dialog");
      if (dialog?.open && dialog.dataset.scene !== scenes.at(-1)) scenes.push(dialog.dataset.scene);
    }).observe(root, { subtree: true, attributes: true });
  });
  await asleep(browser, async () => {
    // Longer than the idle limit, by the only clock that runs.
    const woken = Date.now() + 8000;
    await expect.poll(() => Date.now(), { timeout: 20_000 }).toBeGreaterThan(woken);
  });
  await expect(a.signInAgain).toBeVisible();
  expect(await a.page.evaluate(() => (globalThis as unknown as { scenes: string[] }).scenes)).toEqual([
    "ended",
  ]);
});

test("I19 the countdown ends at 0:00 and the end is final", async ({ open }) => {
  const a = await open();
  await a.signIn();
  await expect(a.dialog).toBeVisible();
  const shown = await a.page.locator("session-warning [part=clock]").evaluateHandle((clock) => {
    const texts = [clock.textContent];
    new MutationObserver(() => texts.push(clock.textContent)).observe(clock, { childList: true });
    return texts;
  });
  await expect(a.signInAgain).toBeFocused({ timeout: 20_000 });
  const texts = await shown.jsonValue();
  expect(texts.length).toBeGreaterThan(2);
  for (const text of texts) expect(text).toMatch(/^0:0[0-3]$/);
  expect(texts).toEqual([...texts].sort().reverse());
  await a.page.mouse.move(50, 50);
  await a.page.mouse.move(90, 90);
  await expect(a.signInAgain).toBeVisible();
  expect((await a.heard()).length).toBe(1);
});

test("A4 I4 the same user signs in elsewhere: the page goes on where it was, with its work", async ({
  open,
}) => {
  const [a, b] = [await open(), await open({ refuse: ["purge"] })];
  await a.signIn();
  await a.note.fill("Bed 12: fluids until 22:00");
  await expect(a.signInAgain).toBeFocused({ timeout: 20_000 });
  await b.signIn("ada");
  await expect(a.dialog).toBeHidden();
  await expect(a.note).toHaveValue("Bed 12: fluids until 22:00");
  await expect(a.note).toBeFocused();
  expect((await a.state()).status).toBe("active");
  expect((await a.heard()).map(({ name }) => name)).toEqual(["purge"]);
});

test("A4 I4 another user signs in elsewhere: nothing of the work is left", async ({ open }) => {
  const [a, b] = [await open(), await open({ refuse: ["purge"] })];
  await a.signIn("ada");
  await a.note.fill("Bed 12: fluids until 22:00");
  await expect(a.signInAgain).toBeFocused({ timeout: 20_000 });
  await b.signIn("alan");
  // Loaded anew: as the other user, with an empty page.
  await expect(a.note).toHaveValue("");
  await expect
    .poll(() => a.page.evaluate(() => globalThis.demo?.session.getState()))
    .toMatchObject({ user: { username: people.alan.username } });
});

test("A4 another user takes over while the page is in use: covered, wiped, then anew", async ({ open }) => {
  const [a, b] = [await open({ refuse: ["reset"] }), await open({ refuse: ["purge"] })];
  await a.signIn("ada");
  await a.note.fill("Bed 12");
  await b.signIn("alan");
  await expect
    .poll(() => a.heard())
    .toEqual([
      { name: "purge", detail: { reason: "replaced", origin: "other-tab" }, covered: true },
      { name: "reset", detail: null, covered: true },
    ]);
  // This application starts afresh by itself.
  await expect(a.dialog).toBeHidden();
});

test("A4 another user signs in where the first one was signed out: the page is loaded anew", async ({
  open,
}) => {
  const a = await open();
  await a.signIn("ada");
  await a.note.fill("Bed 12");
  await expect(a.signInAgain).toBeFocused({ timeout: 20_000 });
  await a.page.evaluate(([name, secret]) => void signIn(name, secret), [
    people.alan.username,
    people.alan.password,
  ] as const);
  await expect(a.note).toHaveValue("");
  await expect(a.dialog).toBeHidden();
});

test("A12 a sign-in form of the application's own in the ended view: password managers and paste work", async ({
  open,
  context,
}) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const a = await open();
  await a.page.evaluate(() => {
    const form = document.createElement("form");
    form.slot = "ended";
    const field = (name: string, type: string, autocomplete: AutoFill) => {
      const input = Object.assign(document.createElement("input"), { name, type, autocomplete });
      input.setAttribute("aria-label", name);
      return input;
    };
    form.append(field("user", "text", "username"), field("password", "password", "current-password"));
    form.append(Object.assign(document.createElement("button"), { textContent: "Sign in" }));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const data = new FormData(form);
      void signIn(`${data.get("user")}`, `${data.get("password")}`);
    });
    document.querySelector("session-warning")?.append(form);
  });
  await a.signIn("ada");
  await a.note.fill("Bed 12");
  const user = a.page.getByLabel("user");
  // The dialog's own focusing: the first field.
  await expect(user).toBeFocused({ timeout: 20_000 });
  await expect(a.signInAgain).toBeHidden();
  for (const [field, text] of [
    [user, people.ada.username],
    [a.page.getByLabel("password"), people.ada.password],
  ] as const) {
    await a.page.evaluate((it) => navigator.clipboard.writeText(it), text);
    await field.focus();
    await a.page.keyboard.press("ControlOrMeta+v");
    await expect(field).toHaveValue(text);
  }
  await expect(a.page.getByLabel("password")).toHaveAttribute("autocomplete", "current-password");
  await a.page.keyboard.press("Enter");
  await expect(a.dialog).toBeHidden();
  await expect(a.note).toHaveValue("Bed 12");
});

test.describe("C6 returnTo", () => {
  test("a page of this origin comes instead of the ended view", async ({ open, server }) => {
    const a = await open({ attributes: { "return-to": "/?signed=out" } });
    await a.signIn();
    await expect(a.page).toHaveURL(`${server.origin}/?signed=out`, { timeout: 20_000 });
  });

  for (const target of [
    "//evil.example/",
    "/\\evil.example",
    "javascript:document.title='evil'",
    "/%2Fevil.example",
  ])
    test(`${target} is not gone to: the ended view stays`, async ({ open, server, context }) => {
      const asked: string[] = [];
      context.on("request", (request) => asked.push(new URL(request.url()).host));
      const a = await open({ attributes: { "return-to": target } });
      await a.signIn();
      await expect(a.signInAgain).toBeFocused({ timeout: 20_000 });
      await expect(a.page).toHaveTitle("Ward book");
      expect(a.page.url()).toBe(`${server.origin}/`);
      expect(new Set(asked)).toEqual(new Set([new URL(server.origin).host]));
    });

  test("an origin that is allowed is gone to", async ({ open, context }) => {
    await context.route("https://login.example/**", (route) => route.fulfill({ body: "Signed out" }));
    const a = await open({
      attributes: {
        "return-to": "https://login.example/out",
        "allowed-origins": "https://other.example https://login.example",
      },
    });
    await a.signIn();
    await expect(a.page).toHaveURL("https://login.example/out", { timeout: 20_000 });
  });

  test("not after a sign-out of the user's own: the application knows where it goes", async ({
    open,
    server,
  }) => {
    const a = await open({ attributes: { "return-to": "/?signed=out" } });
    await a.signIn();
    await a.signOut.click();
    await expect.poll(async () => (await a.state()).status).toBe("ended");
    await expect(a.dialog).toBeHidden();
    expect(a.page.url()).toBe(`${server.origin}/`);
  });
});

test("C5 all of it under a strict policy: nothing inline, no string becomes markup", async ({
  open,
  server,
}) => {
  const a = await open();
  const reply = await a.page.request.get("/");
  const policy = reply.headers()["content-security-policy"];
  expect(policy).toContain("default-src 'self'");
  expect(policy).toContain("style-src 'self'");
  expect(policy).toContain("require-trusted-types-for 'script'");
  expect(policy).toContain("trusted-types 'none'");
  await a.signIn();
  await expect(a.dialog).toBeVisible();
  const inline = () =>
    a.page
      .locator("session-warning")
      .evaluate((it) => it.shadowRoot?.querySelectorAll("[style],style,script").length);
  expect(await inline()).toBe(0);
  await expect(a.signInAgain).toBeFocused({ timeout: 20_000 });
  expect(await inline()).toBe(0);
  expect(await server.cspReports()).toEqual([]);
  // The reports do arrive.
  await a.page.evaluate(() => document.documentElement.setAttribute("style", "color: red"));
  await expect.poll(() => server.cspReports()).not.toEqual([]);
  await server.reset();
});
