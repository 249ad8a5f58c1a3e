import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

/**
 * A build plugin that writes beside `recorder.js` what the server says of it: a version made from the content, for
 * the address that never changes, and the hash for a page's `integrity` attribute.
 */
export function writeRecorderFacts(): Plugin {
  let outDir = "";
  return {
    name: "tapedeck:recorder-facts",
    apply: "build",
    configResolved(config) {
      outDir = join(config.root, config.build.outDir);
    },
    writeBundle() {
      const script = readFileSync(join(outDir, "recorder.js"));
      const version = createHash("sha256").update(script).digest("hex").slice(0, 12);
      const sri = `sha384-${createHash("sha384").update(script).digest("base64")}`;
      writeFileSync(join(outDir, "recorder.json"), JSON.stringify({ version, sri }));
    },
  };
}
