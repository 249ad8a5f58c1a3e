import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { findChromium } from "./browser";
import { startServer } from "./server";

declare module "vitest" {
  interface ProvidedContext {
    /** Where the server that most tests share is reached. */
    server: string;
    chromium: string;
  }
}

/** Starts the server that the tests share, with a data folder of its own, and finds a browser. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  project.provide("chromium", await findChromium());
  const folder = mkdtempSync(join(tmpdir(), "tapedeck-e2e-"));
  const server = await startServer(folder);
  project.provide("server", server.url);
  return async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  };
}
