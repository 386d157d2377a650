import { expect, test } from "./support.js";

declare global {
  /** What the page has tried to do to be noticed. */
  var noticed: { title: string; body: string | undefined; tag: string | undefined; closed: boolean }[];
  var notes: number[];
}

test("the title of a tab that is not seen tells of it, turn by turn, and is restored", async ({ open }) => {
  const a = await open();
  await a.signIn();
  await a.hide(true);
  await expect(a.page).toHaveTitle(/^\(0:0[1-9]\) Signing out soon$/);
  await expect(a.page).toHaveTitle("Ward book");
  await expect(a.page).toHaveTitle(/^\(0:0[1-9]\) Signing out soon$/);
  await a.hide(false);
  await expect(a.page).toHaveTitle("Ward book");
  await expect(a.dialog).toBeVisible();
});

test("the title is restored when another tab answers", async ({ open }) => {
  const [a, b] = [await open(), await open()];
  await a.signIn();
  await a.hide(true);
  await expect(a.page).toHaveTitle(/Signing out soon/);
  await b.stay.click();
  await expect(a.page).toHaveTitle("Ward book");
  expect((await a.state()).status).toBe("active");
});

test.describe("notification and sound", () => {
  test.beforeEach(async ({ context }) => {
    await context.addInitScript(() => {
      globalThis.noticed = [];
      globalThis.notes = [];
      // No class with fields: this function goes into the page as text, without the helpers of a compiler.
      const notification = Object.assign(
        function fake(title: string, { body, tag }: NotificationOptions = {}) {
          const it = { title, body, tag, closed: false };
          noticed.push(it);
          const close = () => {
            it.closed = true;
          };
          return Object.assign(new EventTarget(), { close });
        },
        {
          permission: "granted",
          requestPermission() {
            throw new Error("Asking is for the application.");
          },
        },
      );
      Object.assign(globalThis, { Notification: notification });
      const start = OscillatorNode.prototype.start;
      OscillatorNode.prototype.start = function (when) {
        notes.push(this.frequency.value);
        start.call(this, when);
      };
    });
  });

  test("are off by default", async ({ open }) => {
    const a = await open();
    await a.signIn();
    await a.hide(true);
    await expect(a.page).toHaveTitle(/Signing out soon/);
    await expect.poll(() => a.page.title()).toBe("Ward book");
    await expect.poll(() => a.page.title()).not.toBe("Ward book");
    expect(await a.page.evaluate(() => [noticed, notes])).toEqual([[], []]);
  });

  test("come from one tab of those that are not seen, and go with the warning", async ({ open }) => {
    const wanted = { attributes: { notify: "", sound: "" } };
    const tabs = [await open(wanted), await open(wanted), await open(wanted)];
    const [a] = tabs;
    for (const tab of tabs) await tab.hide(true);
    await a.signIn();
    const all = async () => (await Promise.all(tabs.map(({ page }) => page.evaluate(() => noticed)))).flat();
    await expect.poll(all).toHaveLength(1);
    expect(await all()).toEqual([
      {
        title: "Signing out soon",
        body: "For your security, we'll sign you out in 10 seconds because you've been inactive.",
        tag: "session-warning",
        closed: false,
      },
    ]);
    for (const tab of tabs) await tab.hide(false);
    await a.stay.click();
    await expect.poll(all).toMatchObject([{ closed: true }]);
    expect((await Promise.all(tabs.map(({ page }) => page.evaluate(() => notes.length)))).sort()).toEqual([
      0, 0, 2,
    ]);
  });

  test("a tab that is seen makes the sound, and no notification comes from those behind", async ({
    open,
  }) => {
    const wanted = { attributes: { notify: "", sound: "" } };
    const [a, b] = [await open(wanted), await open(wanted)];
    await a.signIn();
    await b.hide(true);
    await expect
      .poll(() => a.page.evaluate(() => notes))
      .toEqual([659, 523].map((it) => expect.closeTo(it, 0)));
    // Behind it would have come by now: the title there has had its turns.
    await expect(b.page).toHaveTitle(/Signing out soon/);
    await expect(b.page).toHaveTitle("Ward book");
    await expect(b.page).toHaveTitle(/Signing out soon/);
    expect(await b.page.evaluate(() => [noticed, notes])).toEqual([[], []]);
    expect(await a.page.evaluate(() => noticed)).toEqual([]);
  });
});
