import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      { test: { name: "unit", include: ["test/unit/**/*.test.ts"], environment: "node", testTimeout: 20_000 } },
      { test: { name: "integration", include: ["test/integration/**/*.test.ts"], environment: "node", testTimeout: 60_000, hookTimeout: 60_000 } },
      { resolve: { alias: { electron: new URL("./test/harness/electron.ts", import.meta.url).pathname } }, test: { name: "shell", server: { deps: { inline: ["electron-store"] } }, include: ["test/shell/**/*.test.ts"], environment: "node", testTimeout: 60_000, hookTimeout: 60_000 } },
      { test: { name: "e2e", include: ["test/e2e/**/*.test.ts"], environment: "node", testTimeout: 240_000, hookTimeout: 180_000 } },
      { test: { name: "packaged", include: ["test/packaged/**/*.test.ts"], environment: "node", testTimeout: 60_000, hookTimeout: 120_000 } },
    ],
    maxWorkers: 2,
    reporters: ["default"],
  },
});
