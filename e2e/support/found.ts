import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** A program that `scripts/setup.mjs` has found; `from: "playwright"` is a browser that Playwright has built itself. */
interface Found {
  readonly path: string;
  readonly from: string;
}

const note = fileURLToPath(new URL("../../node_modules/.cache/sojourn/browsers.json", import.meta.url));

/** What `npm run setup` has noted. Without the note Playwright falls back on its own browsers. */
export const found: Readonly<Partial<Record<string, Found>>> = existsSync(note)
  ? JSON.parse(readFileSync(note, "utf8"))
  : {};
