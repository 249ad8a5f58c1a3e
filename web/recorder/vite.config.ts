import { defineConfig, type Plugin } from "vite";
import { collectNotices } from "../scripts/licences.ts";
import { copyPosthogScripts } from "../scripts/posthog-scripts.ts";
import { writeRecorderFacts } from "../scripts/recorder-facts.ts";

/**
 * rrweb's bundle holds postcss, which only its replayer uses, in a form that the bundler cannot see to be free of
 * side effects: it is told here. Without this the script is more than twice its size, so the build fails where the
 * form has changed.
 */
function withoutReplayer(): Plugin {
  return {
    name: "tapedeck:without-replayer",
    transform(code, id) {
      if (!id.endsWith("/rrweb/dist/rrweb.js")) {
        return null;
      }
      const marked = code.replace(
        /(__toESM[$\d]*\()\((\/\* @__PURE__ \*\/ __commonJSMin)/g,
        "$1/* @__PURE__ */ ($2",
      );
      if (marked === code) {
        this.error("rrweb's bundle has another form: look at what recorder.js holds now");
      }
      return { code: marked, map: null };
    },
  };
}

export default defineConfig({
  root: import.meta.dirname,
  plugins: [
    withoutReplayer(),
    collectNotices("recorder", ["posthog-js"]),
    copyPosthogScripts(),
    writeRecorderFacts(),
  ],
  publicDir: false,
  build: {
    target: "es2022",
    outDir: "../dist",
    emptyOutDir: false,
    rolldownOptions: { treeshake: { propertyReadSideEffects: false } },
    lib: {
      entry: "src/index.ts",
      formats: ["iife"],
      name: "tapedeckRecorder",
      fileName: () => "recorder.js",
    },
  },
});
