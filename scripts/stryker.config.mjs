const room = process.env["SENA_MUTATE_ROOM"] ?? "shellcheck";

export default {
  packageManager: "npm",
  plugins: ["@stryker-mutator/vitest-runner"],
  testRunner: "vitest",
  vitest: { configFile: "scripts/vitest.mutate.config.mjs" },
  // The families are data with cases of their own; changing one flag's letter says nothing about the decisions.
  mutate: [`src-main/${room}/**/*.ts`, `!src-main/${room}/families/*.ts`, `!src-main/${room}/**/port.ts`],
  coverageAnalysis: "perTest",
  concurrency: 2,
  ignorePatterns: ["dist", "node_modules", "test-results", "reports", ".stryker-tmp", "src-renderer", "resources/*", "!resources/policy"],
  reporters: ["clear-text", "progress"],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  thresholds: { high: 90, low: 85, break: 85 },
  tempDirName: ".stryker-tmp",
  timeoutMS: 20_000,
};
