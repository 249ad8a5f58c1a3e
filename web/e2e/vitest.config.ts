import { defineConfig } from "vitest/config";

/**
 * Tests of the whole product in a real browser: `TAPEDECK_JAR=… npm run e2e`. They share two things, the server and
 * the machine's one browser, so they run one after the other.
 */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ["**/*.e2e.ts"],
    globalSetup: "./support/setup.ts",
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 120_000,
  },
});
