import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** `injected.ts` as one script, for a wiretap to bring. */
export async function injected(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("injected.ts", import.meta.url))],
    ...{ bundle: true, write: false, format: "iife", target: "es2022", logLevel: "error" },
  });
  return outputFiles[0].text;
}
