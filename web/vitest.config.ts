import { defineConfig } from "vitest/config";

/** Unit tests of both halves; a test that needs a DOM says `// @vitest-environment jsdom` in its first line. */
export default defineConfig({
  test: {
    include: ["app/src/**/*.test.{ts,tsx}", "recorder/**/*.test.ts"],
    environment: "node",
    restoreMocks: true,
  },
});
