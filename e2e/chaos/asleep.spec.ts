import { peeker } from "../support/profile.js";
import { asleep } from "../support/sleep.js";
import { expectAll, expectShown } from "../support/tab.js";
import { expect, test } from "../support/test.js";

const IDLE = 9_000;
const ABSOLUTE = 12_000;
test.use({
  env: {
    IDLE_TIMEOUT: `${IDLE}ms`,
    IDLE_WARNING: "2s",
    ABSOLUTE_TIMEOUT: `${ABSOLUTE}ms`,
    ACCESS_LIFETIME: `${ABSOLUTE}ms`,
  },
});

test("I1 I2 F21 the browser sleeps over both limits: every tab wakes up ended, without a warning, and asks for nothing but whether that is so", async ({
  tabs,
  server,
  browser,
  context,
}) => {
  const all = await tabs(3);
  await all[0].signIn("ada");
  await expectAll(all, "active");
  // Nothing that the notebook begins with is still to be asked for.
  for (const { page } of all) await expect(page.getByRole("article").first()).toBeVisible();
  const sent: string[] = [];
  const told = await peeker(context, server.origin);
  await asleep(
    browser,
    async () => {
      await expect.poll(async () => (await told()).reason).toBe("idle");
      const idleSince = Date.now();
      await expect.poll(() => Date.now() - idleSince).toBeGreaterThan(ABSOLUTE - IDLE);
      await server.reset();
      context.on("request", (request) => sent.push(new URL(request.url()).pathname));
    },
    true,
  );
  for (const tab of all) {
    await tab.expectClosed("idle");
    expect(await tab.state()).toMatchObject({ status: "ended", reason: "idle" });
    expect(await tab.heard("warning")).toEqual([]);
    expect(await tab.heard("ended")).toHaveLength(1);
  }
  await expectShown(all, "sign-in");
  // One asks whether it is over, and says that it is.
  expect(sent.filter((path) => !["/session", "/logout"].includes(path))).toEqual([]);
  expect(await server.metrics()).toMatchObject({ refreshRequests: 0, touches: 0, reuses: 0 });
  await all[1].signIn("ada");
  await expectAll(all, "active");
});
