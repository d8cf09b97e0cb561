import { defineConfig } from "vitest/config";

export default defineConfig({ test: { include: [`test/unit/${process.env["SENA_MUTATE_ROOM"] ?? "shellcheck"}/**/*.test.ts`], environment: "node", testTimeout: 60_000 } });
