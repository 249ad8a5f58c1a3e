import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { collectNotices } from "../scripts/licences.ts";

/**
 * The web app. All addresses in the build are relative, so that the server can put it under any path
 * prefix by rewriting the one `<base>` in index.html. While developing, calls go to a server on 8080.
 */
export default defineConfig(({ command }) => ({
  root: fileURLToPath(new URL(".", import.meta.url)),
  base: command === "serve" ? "/app/" : "./",
  plugins: [react(), collectNotices("app")],
  worker: { format: "es" },
  server: { proxy: { "/api": "http://127.0.0.1:8080", "/demo": "http://127.0.0.1:8080" } },
  build: {
    outDir: fileURLToPath(new URL("../dist/app", import.meta.url)),
    emptyOutDir: true,
    sourcemap: false,
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 900,
  },
}));
