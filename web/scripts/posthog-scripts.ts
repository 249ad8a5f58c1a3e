import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

/** What pages that use the snippet load, and what those scripts and the module load in turn, as far as it records. */
const SCRIPTS = [
  "array.js",
  "array.full.js",
  "array.full.es5.js",
  "array.full.no-external.js",
  "array.no-external.js",
  "dead-clicks-autocapture.js",
  "exception-autocapture.js",
  "lazy-recorder.js",
  "posthog-recorder.js",
  "recorder-v2.js",
  "recorder.js",
  "surveys.js",
  "tracing-headers.js",
  "web-vitals-soft-navs.js",
  "web-vitals-with-attribution-soft-navs.js",
  "web-vitals-with-attribution.js",
  "web-vitals.js",
];

/**
 * A build plugin that puts PostHog's SDK as its package has it, unchanged but without source maps, where the server
 * serves it from. It fails where a later version has another set of scripts.
 */
export function copyPosthogScripts(): Plugin {
  let root = "";
  let outDir = "";
  return {
    name: "tapedeck:posthog-scripts",
    apply: "build",
    configResolved(config) {
      root = config.root;
      outDir = join(config.root, config.build.outDir, "sdk/posthog");
    },
    writeBundle() {
      mkdirSync(outDir, { recursive: true });
      const dist = join(root, "../node_modules/posthog-js/dist");
      SCRIPTS.forEach((script) => copyFileSync(join(dist, script), join(outDir, script)));
    },
  };
}
