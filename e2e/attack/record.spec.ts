import { callOf, expect, modes, openTab, signedIn, test } from "./support/attack.js";
import { readStored, writeStored } from "./support/disk.js";
import { tamper, tamperings, unseal } from "./support/sealed.js";

/** A record as a session has it, of a session that there is not. */
const forgedRecord = (epoch: number) => ({
  ...{ v: 1, epoch, sequence: 0, live: true, prefix: "forged", subject: "f".repeat(32), marker: "" },
  ...{ activityAt: Date.now(), touchedAt: Date.now(), idleTimeout: 9e9, absoluteAt: Date.now() + 9e9 },
  ...{ absoluteTimeout: 9e9, absoluteTold: 9e9, accessAt: Date.now() + 9e9, accessLifetime: 9e9 },
  ...{ failures: 0, retryAt: 0, asked: false, intent: null, end: null },
});

/** Records that are none, or of a session that is none. */
const forgeries = (real: Record<string, unknown>): [what: string, record: unknown][] => [
  ["text", "a string"],
  ["an epoch that is text", { ...real, epoch: "<img src=x>" }],
  ["a limit that is none", { ...real, absoluteAt: Number.NaN }],
  ["live, and ended", { ...real, end: { reason: "logout", confirmed: true } }],
  ["a prefix as long as a book", { ...real, prefix: "x".repeat(10_000) }],
];

test("S11 a record at the end of all numbers keeps nobody from signing in", async ({ context }) => {
  const tab = await openTab(context, "/");
  await writeStored(tab.page, "default", { record: forgedRecord(Number.MAX_SAFE_INTEGER) });
  await tab.page.reload();
  await tab.signIn("ada");
  expect(await tab.status()).toBe("active");
  expect(await tab.refresh()).toBe("ok");
  await tab.page.reload();
  await expect(tab.note).toBeVisible();
  const { epoch } = await tab.facts();
  expect(epoch, "it begins again").toBeLessThan(Number.MAX_SAFE_INTEGER);
});

test("S11 none: a record that is none is discarded, and the server is asked again", async ({
  context,
  server,
}) => {
  const tab = await signedIn(context, "none");
  const { user } = (await tab.state()) as { user?: unknown };
  const real = (await readStored(tab.page, "default", "record")) as Record<string, unknown>;
  for (const [what, record] of forgeries(real)) {
    const { peeks } = await server.metrics();
    await writeStored(tab.page, "default", { record });
    await tab.page.reload();
    await expect(tab.note, what).toBeVisible();
    expect(await tab.state(), what).toMatchObject({ status: "active", user });
    expect((await server.metrics()).peeks, what).toBeGreaterThan(peeks);
    const healed = (await readStored(tab.page, "default", "record")) as typeof real;
    expect(healed, what).toMatchObject({
      v: 1,
      live: true,
      subject: real.subject,
      prefix: expect.any(String),
    });
    expect(Number(healed.absoluteTimeout), what).toBeLessThanOrEqual(Number(real.absoluteTimeout));
  }
});

for (const mode of ["none", "memory", "sealed", "worker"] as const)
  test(`S11 ${mode}: a well-formed record that nobody has signed in for signs nobody in`, async ({
    context,
    server,
  }) => {
    const { name } = modes[mode];
    const tab = await openTab(context, modes[mode].path);
    const sealed = { iv: new Uint8Array(12), data: new Uint8Array(64) };
    await writeStored(tab.page, name, {
      record: forgedRecord(7),
      key: { epoch: 7, key: "no key" },
      tokens: { epoch: 7, sequence: 0, sealed },
    });
    await tab.page.reload();
    await expect(tab.signInButton).toBeVisible();
    await expect.poll(() => tab.status()).not.toBe("active");
    expect(await tab.state()).not.toHaveProperty("user");
    expect(String(await tab.call(callOf(mode)))).toMatch(/^ERR_(SIGNED_OUT|SESSION_ENDED)$/);
    expect(await server.metrics()).toMatchObject({ signIns: 0, refreshes: 0, touches: 0 });
  });

test("S11 sealed: a ciphertext that is another's, or moved, or broken is discarded, and nobody is signed in by it", async ({
  context,
  server,
  tap,
}) => {
  const tab = await signedIn(context, "sealed");
  const found: Record<string, string> = {};
  for (const how of tamperings) {
    await tamper(tab.page, how);
    const opened = await openTab(context, modes.sealed.path);
    found[how] = await opened.status();
    await opened.page.close();
  }
  expect(found).toEqual({
    ...{ "as they were": "active", "one bit": "signed-out", "another key": "signed-out" },
    ...{ moved: "signed-out", gone: "signed-out" },
  });
  // The tab that has them in its memory goes on.
  expect(await tab.call("/oauth/userinfo")).toBe(200);
  expect(await server.metrics()).toMatchObject({ invalidTokens: 0, reuses: 0, invalidGrants: 0 });

  // The key can be used by who cannot read it: this is not defended against.
  const stolen = await unseal(tab.page);
  expect([...tap.secrets].filter((secret) => stolen.includes(secret))).toHaveLength(2);
});
