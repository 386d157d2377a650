import type { Page } from "@playwright/test";
import { bareSequence, bareStatus, expectBare, openBare, signInBare, startBare } from "./support/bare.js";
import { expect, test } from "./support/test.js";

const memory = { storage: "memory" } as const;

const databases = (page: Page) => page.evaluate(async () => (await indexedDB.databases()).length);

test('with storage: "memory" nothing touches the disk, and the tabs share the session all the same', async ({
  context,
  server,
}) => {
  const pages = [
    await openBare(context, memory),
    await openBare(context, memory),
    await openBare(context, memory),
  ];
  const [a, b, c] = pages as [Page, Page, Page];
  await signInBare(a);
  await expectBare(pages, "active");

  const answers = await Promise.all(
    pages.map((page) => page.evaluate(() => session.refresh().then(() => "ok"))),
  );
  expect(answers).toEqual(["ok", "ok", "ok"]);
  for (const page of pages) await expect.poll(() => bareSequence(page)).toBe(1);
  expect(await server.metrics()).toMatchObject({ refreshRequests: 1, refreshes: 1, reuses: 0 });

  const late = await openBare(context, memory);
  await expectBare([late], "active");
  expect(await bareSequence(late)).toBe(1);

  for (const page of pages) expect(await databases(page)).toBe(0);
  await b.evaluate(() => session.logout());
  await expectBare([a, b, c, late], "ended");
});

test('with storage: "memory" a reload of the last tab asks the server', async ({ context }) => {
  const page = await openBare(context, memory);
  await signInBare(page);
  await page.reload();
  await startBare(page, memory);
  expect(await bareStatus(page)).toBe("active");
  expect(await databases(page)).toBe(0);
});
