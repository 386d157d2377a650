// No bundler: the script of the package beside the page, and its hash in the page.
import { createHash } from "node:crypto";
import { cpSync, readFileSync, writeFileSync } from "node:fs";

const script = "node_modules/sojourn/dist/sojourn.iife.js";
const hash = createHash("sha384").update(readFileSync(script)).digest("base64");
const page = readFileSync("public/index.html", "utf8");
cpSync("public", "dist", { recursive: true });
cpSync(script, "dist/sojourn.iife.js");
writeFileSync("dist/index.html", page.replace("INTEGRITY", `sha384-${hash}`));
