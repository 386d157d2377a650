// Projects of others that use the package as it is published: installed, built, served and used in a browser.
//
//   npm run consumers                all of them, in some minutes
//   npm run consumers -- vite-vue    these only
//   … -- --linked vite-vue readme    without npm, side by side: with what this repository has installed

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { chromium } from "@playwright/test";
import { chromiumLaunch } from "../../e2e/support/engines.js";
import bundleServer from "../../e2e/support/global-setup.js";
import { pack } from "../package/consumer.js";
import { consumers } from "./consumers.js";
import { runConsumer } from "./run.js";

const { values, positionals } = parseArgs({
  options: { linked: { type: "boolean", default: false } },
  allowPositionals: true,
});
const { linked } = values;
const asked = positionals.length > 0 ? positionals : Object.keys(consumers);
const unknown = asked.filter((name) => !(name in consumers));
if (unknown.length > 0)
  throw new Error(
    `No such consumer: ${unknown.join(", ")}. There are: ${Object.keys(consumers).join(", ")}.`,
  );

const dir = mkdtempSync(join(tmpdir(), "sojourn-packed-"));
const { tarball } = pack(dir);
await bundleServer();
const browser = await chromium.launch(chromiumLaunch);
let [passed, failed] = [0, 0];

async function run(name: string): Promise<void> {
  const consumer = consumers[name];
  if (!consumer) return;
  const began = performance.now();
  const seconds = () => `${((performance.now() - began) / 1000).toFixed(0)} s`;
  try {
    await runConsumer(name, consumer, { tarball, browser, linked });
    passed += 1;
    console.log(`✓ ${name} (${seconds()})`);
  } catch (error) {
    failed += 1;
    console.log(`✗ ${name} (${seconds()})\n${(error as Error).stack}`);
  }
}

if (linked) await Promise.all(asked.map(run));
else for (const name of asked) await run(name);

await browser.close();
rmSync(dir, { recursive: true, force: true });
console.log(`${passed} passed, ${failed} failed`);
// Servers that were hired wait for the next order.
process.exit(failed > 0 ? 1 : 0);
