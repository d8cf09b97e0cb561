import { defineConfig } from "vitest/config";

// Shared machines stall for seconds: what drives a browser, servers or processes may try again once in CI; it is reported when it did.
const retry = process.env["CI"] ? 2 : 0;

/** What decides whether something runs: `npm run coverage` refuses a branch of these rooms that no unit test takes. */
export const DECIDING = ["shellcheck", "policy", "approvals", "guard"];

export default defineConfig({
  test: {
    globalSetup: ["test/harness/own-temporary.ts"],
    projects: [
      // Units keep nothing outside of themselves: one worker after the other need not be thrown away for each file.
      { test: { name: "unit", isolate: false, include: ["test/unit/**/*.test.ts"], environment: "node", testTimeout: 20_000 } },
      { test: { name: "integration", retry, include: ["test/integration/**/*.test.ts"], environment: "node", testTimeout: 60_000, hookTimeout: 60_000 } },
      { resolve: { alias: { electron: new URL("./test/harness/electron.ts", import.meta.url).pathname } }, test: { name: "shell", retry, server: { deps: { inline: ["electron-store"] } }, include: ["test/shell/**/*.test.ts"], environment: "node", testTimeout: 60_000, hookTimeout: 60_000 } },
      { test: { name: "e2e", retry, include: ["test/e2e/**/*.test.ts"], environment: "node", testTimeout: 240_000, hookTimeout: 180_000 } },
      { test: { name: "packaged", retry, include: ["test/packaged/**/*.test.ts"], environment: "node", testTimeout: 60_000, hookTimeout: 120_000 } },
    ],
    maxWorkers: 3,
    coverage: { provider: "v8", include: DECIDING.map((room) => `src-main/${room}/**/*.ts`), reporter: [["text", { skipFull: true }]], reportsDirectory: "test-results/coverage", thresholds: { branches: 100 } },
    reporters: ["default"],
  },
});
