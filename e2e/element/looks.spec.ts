import { expectNoViolations } from "../support/axe.js";
import { expect, test } from "./support.js";

test.use({ limits: { IDLE_TIMEOUT: "40s", IDLE_WARNING: "38s", ABSOLUTE_TIMEOUT: "10m" } });

test("A8 axe finds nothing in the open dialog, its failure and the ended view", async ({ open, server }) => {
  const a = await open();
  await a.page.emulateMedia({ reducedMotion: "reduce" });
  await a.signIn();
  await expect(a.dialog).toBeVisible();
  await expectNoViolations(a.page);
  await server.trouble({ down: true });
  await a.stay.click();
  await expect(a.dialog.getByRole("alert")).not.toBeEmpty();
  await expectNoViolations(a.page);
  await server.trouble({ down: false, endSession: "ada" });
  await a.page.evaluate(() => demo.session.refresh().catch(() => {}));
  await expect(a.signInAgain).toBeVisible();
  await expectNoViolations(a.page);
});

/** The relation of two colours' luminances, WCAG 2.2. Both as the browser computed them. */
function contrast(one: string, other: string): number {
  const luminance = (color: string) => {
    const [r = 0, g = 0, b = 0] = (color.match(/[\d.]+/g) ?? []).slice(0, 3).map((part) => {
      const value = Number(part) / 255;
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

for (const colorScheme of ["light", "dark"] as const)
  test(`A8 the focus, the ring and the main button stand out: ${colorScheme}`, async ({ open }) => {
    const a = await open();
    await a.page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await a.signIn();
    await a.page.keyboard.press("Shift");
    await expect(a.stay).toBeFocused();
    await a.page.keyboard.press("Tab");
    await expect(a.signOut).toBeFocused();
    const style = (part: string, property: string) =>
      a.page
        .locator(`session-warning [part~="${part}"]`)
        .evaluate((it, name) => getComputedStyle(it).getPropertyValue(name), property);
    const surface = await style("dialog", "background-color");
    expect(contrast(await style("ring", "stroke"), surface)).toBeGreaterThanOrEqual(3);
    expect(contrast(await style("stay", "background-color"), surface)).toBeGreaterThanOrEqual(3);
    expect(
      contrast(await style("stay", "color"), await style("stay", "background-color")),
    ).toBeGreaterThanOrEqual(4.5);
    expect(await style("sign-out", "outline-style")).toBe("solid");
    expect(Number.parseFloat(await style("sign-out", "outline-width"))).toBeGreaterThanOrEqual(2);
    expect(contrast(await style("sign-out", "outline-color"), surface)).toBeGreaterThanOrEqual(3);
    // Not only by colour: the last half minute is also told in digits and in words.
    await expect(a.page.locator("session-warning dialog")).toHaveAttribute("data-urgent", "", {
      timeout: 15_000,
    });
    await a.page.mouse.move(1, 1);
    expect(contrast(await style("ring", "stroke"), surface)).toBeGreaterThanOrEqual(3);
  });

for (const [lang, width, height] of [
  ["en", 320, 640],
  ["en", 320, 256],
  ["de", 320, 640],
  ["ar", 320, 640],
  ["hi", 320, 480],
] as const)
  test(`A8 no two-way scrolling and targets of 24 px at ${width} × ${height}: ${lang}`, async ({ open }) => {
    const a = await open({ attributes: { lang } });
    await a.page.setViewportSize({ width, height });
    await a.signIn();
    await expect(a.dialog).toHaveAttribute("lang", lang);
    const dialog = await a.dialog.evaluate((it) => [it.scrollWidth - it.clientWidth, it.clientWidth]);
    expect(dialog).toEqual([0, width]);
    const page = await a.page.evaluate(() => document.documentElement.scrollWidth);
    expect(page).toBeLessThanOrEqual(width);
    for (const button of await a.dialog.getByRole("button").all()) {
      await button.scrollIntoViewIfNeeded();
      const box = await button.boundingBox();
      if (!box) throw new Error("A button without a box.");
      expect(Math.min(box.width, box.height)).toBeGreaterThanOrEqual(24);
      expect(box.x).toBeGreaterThanOrEqual(0);
      expect(box.x + box.width).toBeLessThanOrEqual(width);
      // Its text is inside of it.
      expect(await button.evaluate((it) => it.scrollWidth - it.clientWidth)).toBeLessThanOrEqual(0);
    }
    // Focus not obscured (2.4.11): what has the focus is in sight.
    await a.page.keyboard.press("Tab");
    await a.page.keyboard.press("Shift+Tab");
    await expect(a.dialog.getByRole("button").first()).toBeInViewport({ ratio: 1 });
  });

test("the text can be twice as large, and spaced as WCAG 1.4.12 asks", async ({ open }) => {
  const a = await open();
  await a.page.setViewportSize({ width: 640, height: 480 });
  await a.page.evaluate(() => {
    document.documentElement.style.setProperty("font-size", "200%");
  });
  await a.signIn();
  await expect(a.dialog).toBeVisible();
  expect(await a.dialog.evaluate((it) => it.scrollWidth - it.clientWidth)).toBe(0);
  const size = await a.stay.evaluate((it) => getComputedStyle(it).fontSize);
  expect(size).toBe("32px");
});

test("RTL: Arabic is written from the right, whatever the page is", async ({ open }) => {
  const a = await open({ attributes: { lang: "ar" } });
  await a.page.emulateMedia({ reducedMotion: "reduce" });
  await a.signIn();
  await expect(a.dialog).toHaveAttribute("dir", "rtl");
  await expect(a.dialog).toHaveAccessibleName("سيتم تسجيل خروجك قريبًا");
  const [stay, signOut] = await a.dialog.getByRole("button").all();
  const x = async (it: typeof stay) => (await it?.boundingBox())?.x ?? Number.NaN;
  expect(await x(stay)).toBeGreaterThan(await x(signOut));
  await expectNoViolations(a.page);
});

test("A11 forced colours: the dialog has an edge, its main answer is told apart, the ring is there", async ({
  open,
}) => {
  const a = await open();
  await a.page.emulateMedia({ forcedColors: "active", reducedMotion: "reduce" });
  await a.signIn();
  await expect(a.stay).toBeFocused();
  const found = await a.dialog.evaluate((dialog) => {
    const system = (color: string) => {
      const probe = dialog.appendChild(document.createElement("i"));
      probe.style.setProperty("forced-color-adjust", "none");
      probe.style.setProperty("color", color);
      const value = getComputedStyle(probe).color;
      probe.remove();
      return value;
    };
    const style = (part: string) => getComputedStyle(dialog.querySelector(`[part~="${part}"]`) as Element);
    return {
      edge: [style("dialog").borderTopStyle, style("dialog").borderTopColor === system("CanvasText")],
      main: [
        style("stay").backgroundColor === system("Highlight"),
        style("stay").color === system("HighlightText"),
      ],
      focus: style("stay").outlineColor === system("CanvasText"),
      ring: style("ring").stroke === system("Highlight"),
    };
  });
  expect(found).toEqual({ edge: ["solid", true], main: [true, true], focus: true, ring: true });
});

test("A11 nothing moves where less motion is asked for", async ({ open }) => {
  const a = await open();
  await a.page.emulateMedia({ reducedMotion: "reduce" });
  await a.signIn();
  await expect(a.dialog).toBeVisible();
  const moving = () =>
    a.page.locator("session-warning").evaluate((it) => it.shadowRoot?.getAnimations().length ?? Number.NaN);
  await expect(a.dialog.getByText("0:36")).toBeVisible();
  expect(await moving()).toBe(0);
  // Otherwise the ring glides.
  await a.page.emulateMedia({ reducedMotion: "no-preference" });
  await expect.poll(moving).toBeGreaterThan(0);
});

test("it follows the page's colour scheme, and its custom properties and parts", async ({ open }) => {
  const a = await open();
  await a.page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
  await a.signIn();
  await expect(a.dialog).toBeVisible();
  const surface = () =>
    a.page.locator("session-warning [part=dialog]").evaluate((it) => getComputedStyle(it).backgroundColor);
  expect(await surface()).toBe("rgb(28, 29, 33)");
  await a.page.evaluate(() => document.documentElement.style.setProperty("color-scheme", "light"));
  expect(await surface()).toBe("rgb(255, 255, 255)");
  await a.page.evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(
      "session-warning { --session-surface: rgb(1, 2, 3) } session-warning::part(stay) { border-radius: 7px }",
    );
    document.adoptedStyleSheets = [sheet];
  });
  expect(await surface()).toBe("rgb(1, 2, 3)");
  expect(await a.stay.evaluate((it) => getComputedStyle(it).borderRadius)).toBe("7px");
});

test("C5 where there are no adopted style sheets, the styles come with the element's nonce", async ({
  open,
  context,
}) => {
  await context.addInitScript(() => Reflect.deleteProperty(ShadowRoot.prototype, "adoptedStyleSheets"));
  await context.route("/", async (route) => {
    const reply = await route.fetch();
    const policy = reply.headers()["content-security-policy"];
    if (!policy?.includes("style-src 'self'")) throw new Error("The page has no policy.");
    const headers = {
      ...reply.headers(),
      "content-security-policy": policy.replace("style-src 'self'", "style-src 'self' 'nonce-abc'"),
    };
    await route.fulfill({ response: reply, headers });
  });
  const a = await open({ attributes: { nonce: "abc" } });
  await a.signIn();
  await expect(a.stay).toBeVisible();
  expect(await a.stay.evaluate((it) => getComputedStyle(it).fontWeight)).toBe("600");
});
