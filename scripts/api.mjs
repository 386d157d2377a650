// What the package promises to those who import it, an entry a file: test/package/api/*.api.md. A change of the API is a
// change of these files, which a review sees. Reads the declarations in dist, so it needs a build.
//
//   npm run api               writes them
//   npm run api -- --check    says what has changed, and fails where something has

import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { CompilerState, Extractor, ExtractorConfig } from "@microsoft/api-extractor";
import { cache, root } from "./setup.mjs";

const check = process.argv.includes("--check");
const reports = join(root, "test/package/api");
const written = join(cache, "api");
for (const folder of [reports, written]) mkdirSync(folder, { recursive: true });

/** What there is to say is in the reports. */
const quiet = { default: { logLevel: "none" } };
const messages = {
  compilerMessageReporting: { default: { logLevel: "error" } },
  extractorMessageReporting: quiet,
  tsdocMessageReporting: quiet,
};
/** Whoever exports something says what it means. */
const UNDOCUMENTED = /^\/\/ @public \(undocumented\)\n(export .*)$/gm;

const { exports: entries } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const configs = Object.values(entries)
  .filter((targets) => targets.types)
  .map(({ types }) => {
    const name = types.slice("./dist/".length, -".d.ts".length);
    return ExtractorConfig.prepare({
      configObject: {
        projectFolder: root,
        mainEntryPointFilePath: join(root, types),
        compiler: { tsconfigFilePath: join(root, "test/package/api/tsconfig.json") },
        apiReport: {
          ...{ enabled: true, reportFolder: reports, reportTempFolder: written },
          ...{ reportFileName: name, reportVariants: ["complete"] },
        },
        docModel: { enabled: false },
        dtsRollup: { enabled: false },
        tsdocMetadata: { enabled: false },
        newlineKind: "lf",
        messages,
      },
      configObjectFullPath: undefined,
      packageJsonFullPath: join(root, "package.json"),
    });
  });

const problems = [];
const compilerState = CompilerState.create(configs[0], {
  additionalEntryPoints: configs.slice(1).map(({ mainEntryPointFilePath }) => mainEntryPointFilePath),
});
for (const config of configs) {
  const { apiReportChanged } = Extractor.invoke(config, {
    compilerState,
    localBuild: !check,
    messageCallback(message) {
      message.handled = true;
      if (message.logLevel === "error") problems.push(`${message.sourceFilePath ?? ""} ${message.text}`);
    },
  });
  const report = readFileSync(config.reportTempFilePath, "utf8");
  for (const [, what] of report.matchAll(UNDOCUMENTED))
    problems.push(`${config.reportFilePath}: no doc comment says what this is: ${what}`);
  if (check && apiReportChanged)
    problems.push(
      `${config.reportFilePath} is not what dist has: npm run api writes it anew, and the change is for review.`,
    );
}

// An entry that is no more has no report.
const names = configs.map(({ reportFilePath }) => reportFilePath);
for (const file of readdirSync(reports).filter((name) => name.endsWith(".api.md"))) {
  if (names.includes(join(reports, file))) continue;
  if (check) problems.push(`${file} is of no entry: npm run api removes it.`);
  else rmSync(join(reports, file));
}

for (const problem of problems) console.log(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
