import type { Page } from "@playwright/test";
import { openBare } from "./support/bare.js";
import { expect, test } from "./support/test.js";

/** What `createSession` says to these options. */
const refusal = (page: Page, options: object) =>
  page.evaluate((given) => {
    try {
      Sojourn.createSession({ server: Sojourn.bff(), ...given });
      return "accepted";
    } catch (error) {
      const { code, message } = error as { code: string; message: string };
      return `${code} ${message}`;
    }
  }, options);

test("A1 options that make no sense are refused, with a message that names the option", async ({
  context,
}) => {
  const page = await openBare(context);
  expect(await refusal(page, { idle: { timeout: "20s", warning: "10s" } })).toMatch(
    /^ERR_INVALID_OPTION idle\.warning/,
  );
  for (const [options, name] of [
    [{ idle: { timeout: "20s", warning: "20s" } }, "idle.warning"],
    [{ idle: { timeout: "1m", warning: "10s" } }, "idle.warning"],
    [{ idle: { timeout: Number.NaN } }, "idle.timeout"],
    [{ idle: { timeout: -1 } }, "idle.timeout"],
    [{ idle: { timeout: "soon" } }, "idle.timeout"],
    [{ absolute: { timeout: "1h", warning: "2h" } }, "absolute.warning"],
    [{ idel: { timeout: "15m" } }, "idel"],
    [{ idle: { timeuot: "15m" } }, "idle.timeuot"],
    [{ storage: "localStorage" }, "storage"],
  ] as const) {
    const said = await refusal(page, options);
    expect(said).toContain("ERR_INVALID_OPTION");
    expect(said).toContain(name);
  }
  expect(await refusal(page, { idle: { timeout: "20s", warning: "10s", allowShortWarning: true } })).toBe(
    "accepted",
  );
});

test("F42 start() is idempotent, and two sessions of one page share one truth", async ({
  context,
  server,
}) => {
  const page = await openBare(context);
  const [first, second] = await page.evaluate(async () => {
    const reply = await fetch("/login", {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Sojourn": "1" },
      body: JSON.stringify({ username: "ada", password: "lovelace" }),
    });
    await session.start(Sojourn.readBffSession(await reply.json()));
    const other = Sojourn.createSession({ server: Sojourn.bff() });
    await Promise.all([session.start(), session.start(), other.start(), other.start()]);
    await Promise.all([session.refresh(), other.refresh()]);
    const state = [session.getState().status, other.getState().status];
    other.destroy();
    return [...state];
  });
  expect([first, second]).toEqual(["active", "active"]);
  expect(await server.metrics()).toMatchObject({ refreshRequests: 1, reuses: 0 });
});
