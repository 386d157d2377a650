// Prints, as markdown for the notes of a release, the script tag of this version with the hash of dist/sojourn.iife.js:
// a browser that finds another file there does not run it (https://www.w3.org/TR/SRI/).
//
//   node scripts/sri.mjs

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./setup.mjs";

const { name, version, jsdelivr } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const hash = createHash("sha384")
  .update(readFileSync(join(root, jsdelivr)))
  .digest("base64");
const address = `https://cdn.jsdelivr.net/npm/${name}@${version}/${jsdelivr.replace("./", "")}`;

console.log(`
### For a script tag

\`\`\`html
<script
  src="${address}"
  integrity="sha384-${hash}"
  crossorigin="anonymous"
></script>
\`\`\``);
