import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { type Plugin, defineConfig } from "vite";
import { viteSingleFile } from "vite-plugin-singlefile";

/** The page that saved replays are made of: one file with all that it needs, beside the web app's, of whose packages it is made. */
const outDir = fileURLToPath(new URL("../dist/app", import.meta.url));
const PAGE = "offline.html";

export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  base: "./",
  publicDir: false,
  plugins: [react(), viteSingleFile({ removeViteModuleLoader: true }), confine()],
  build: {
    outDir,
    emptyOutDir: false,
    target: "es2022",
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 2_000,
    rolldownOptions: { input: fileURLToPath(new URL(PAGE, import.meta.url)) },
  },
});

/**
 * Gives the page a policy under which nothing is run but its own script, and nothing is fetched: neither by the player
 * nor by what it plays.
 */
function confine(): Plugin {
  return {
    name: "tapedeck:confine",
    apply: "build",
    writeBundle() {
      const file = join(outDir, PAGE);
      const page = readFileSync(file, "utf8");
      const scripts = [...page.matchAll(/<script type="module"[^>]*>([\s\S]*?)<\/script>/g)];
      const hashes = scripts.map(([, script]) => createHash("sha256").update(script!).digest("base64"));
      const policy = [
        "default-src 'none'",
        `script-src ${hashes.map((hash) => `'sha256-${hash}'`).join(" ")}`,
        "style-src 'unsafe-inline'",
        "img-src data: blob:",
        "font-src data: blob:",
        "media-src data: blob:",
        "frame-src blob:",
        "base-uri 'none'",
        "form-action 'none'",
      ].join("; ");
      const meta = `<meta http-equiv="Content-Security-Policy" content="${policy}" />`;
      writeFileSync(
        file,
        page.replace("<!--tapedeck-policy-->", () => meta),
      );
    },
  };
}
