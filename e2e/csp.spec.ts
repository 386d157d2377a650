import { builds } from "./support/tab.js";
import { expect, openTab, test } from "./support/test.js";

declare global {
  var violations: string[];
}

// The warning opens after the first refresh, and late enough for slow hands: it is modal.
test.use({ env: { IDLE_TIMEOUT: "32s", IDLE_WARNING: "20s", ACCESS_LIFETIME: "4s" } });

test("C5 F41 everything works under a strict policy and Trusted Types, without one violation, in every build @everyday", async ({
  context,
  server,
}) => {
  await context.addInitScript(() => {
    globalThis.violations = [];
    document.addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI, sourceFile }) =>
      globalThis.violations.push(`${effectiveDirective} ${blockedURI} ${sourceFile}`),
    );
  });
  const a = await openTab(context, builds.vanilla);
  const b = await openTab(context, builds.react);
  const c = await openTab(context, builds.vue);
  const policyOf = async (path: string) =>
    (await context.request.get(path)).headers()["content-security-policy"] ?? "";
  const policy = await policyOf("/");
  for (const path of Object.values(builds)) expect(await policyOf(path)).toBe(policy);
  for (const part of [
    "default-src 'self'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ])
    expect(policy).toContain(part);
  expect(policy).not.toMatch(/unsafe|blob:/);

  await a.signIn("ada");
  await a.write("a note");
  await expect.poll(() => b.sequence()).toBeGreaterThan(0);
  await b.stay.click();
  for (const tab of [a, b]) {
    await tab.page.reload();
    await expect(tab.note).toBeVisible();
  }
  await c.signOutButton.click();
  await c.expectClosed("here");
  for (const tab of [a, b]) await tab.expectClosed("otherTab");

  for (const { page } of [a, b, c]) expect(await page.evaluate(() => globalThis.violations)).toEqual([]);
  expect(await server.cspReports()).toEqual([]);
  expect((await server.metrics()).cspReports).toBe(0);
  // The policy is in force: what it forbids does not happen.
  const forbidden = await b.page.evaluate(() => {
    try {
      document.body.insertAdjacentHTML("beforeend", "<p>from a string</p>");
      return "written";
    } catch (error) {
      return (error as Error).name;
    }
  });
  expect(forbidden).toBe("TypeError");
  await expect.poll(async () => (await server.cspReports()).length).toBe(1);
  await server.reset();
});
