/** Changes the decisions in `src/core`, one small mistake at a time, and sees whether a test notices. */
export default {
  mutate: ["src/core/**/*.ts"],
  testRunner: "vitest",
  vitest: { configFile: "test/core/vitest.config.ts", related: false },
  // Everything that the core's tests do not read stays out of the copy that is changed.
  ignorePatterns: ["dist", "demo", "docs", "e2e", "bench"],
  // A busy machine is slow, and slow is not wrong.
  timeoutMS: 20_000,
  reporters: ["clear-text", "progress", "json"],
  jsonReporter: { fileName: "node_modules/.cache/sojourn/mutation.json" },
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  thresholds: { high: 95, low: 90, break: 90 },
  allowEmpty: false,
};
