// Takes the pictures of the docs from the running demo: `npm run screenshots`.

import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root, setup } from "./setup.mjs";

setup({ browsers: ["chromium"] });
const { chromium } = await import("@playwright/test");

const found = JSON.parse(readFileSync(join(root, "node_modules/.cache/sojourn/browsers.json"), "utf8"));
const data = mkdtempSync(join(tmpdir(), "sojourn-screenshots-"));
const images = join(root, "docs/images");
mkdirSync(images, { recursive: true });

const limits = { IDLE_TIMEOUT: "122s", IDLE_WARNING: "120s", ABSOLUTE_TIMEOUT: "8h", ACCESS_LIFETIME: "5m" };
const server = spawn(process.execPath, [join(root, "scripts/demo.mjs")], {
  env: { ...process.env, ...limits, PORT: "0", DATA_DIR: data, AUDIT_LOG: "off" },
  stdio: ["ignore", "pipe", "inherit"],
});
const url = await new Promise((resolve, reject) => {
  let said = "";
  server.stdout.on("data", (chunk) => {
    said += chunk;
    const ready = /^Sojourn demo on (\S+)$/m.exec(said);
    if (ready) resolve(ready[1]);
  });
  server.on("exit", () => reject(new Error("The demo did not start.")));
});

const browser = await chromium.launch({
  executablePath: found.chromium?.path,
  args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
});

const views = {
  warning: { viewport: { width: 1280, height: 760 } },
  "warning-dark": { viewport: { width: 1280, height: 760 }, colorScheme: "dark" },
  "warning-narrow": { viewport: { width: 320, height: 640 } },
};
try {
  for (const [name, view] of Object.entries(views)) {
    const page = await browser.newPage({ ...view, deviceScaleFactor: 2 });
    await page.goto(url);
    await page.getByLabel("User name").fill("ada");
    await page.getByLabel("Password").fill("lovelace");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("alertdialog").waitFor();
    await page.screenshot({ path: join(images, `${name}.png`) });
    console.log(`docs/images/${name}.png`);
    await page.close();
  }
} finally {
  await browser.close();
  server.kill();
  rmSync(data, { recursive: true, force: true });
}
