import { randomUUID } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "vite";
import { serve, type Site } from "./site";

const WEB = join(import.meta.dirname, "../..");
const DOCS = join(WEB, "../docs");

/** A shop on another origin than the server, with an SDK in its head: what is in `scripts` is served under its name. */
export async function serveShop(head: string, scripts: Record<string, string> = {}): Promise<Site> {
  const page = await readFile(join(WEB, "e2e/site/shop.html"), "utf8");
  const shop = await readFile(join(WEB, "e2e/site/shop.js"), "utf8");
  const files: Record<string, string> = { "/site/shop.js": shop, ...scripts };
  return serve((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://site");
    const script = files[pathname];
    if (script !== undefined) {
      response.writeHead(200, { "Content-Type": "text/javascript; charset=utf-8" }).end(script);
    } else if (pathname.includes(".")) {
      response.writeHead(404).end();
    } else {
      response.writeHead(200, { "Content-Type": "text/html; charset=utf-8" });
      response.end(page.replace("<!--sdk-->", head));
    }
  });
}

/** Bundles a module as a site would: it may import whatever is installed here. */
export async function bundle(module: string): Promise<string> {
  const folder = join(WEB, "node_modules", `.e2e-${randomUUID()}`);
  const entry = join(folder, "entry.js");
  await mkdir(folder);
  try {
    await writeFile(entry, module);
    const built = await build({
      configFile: false,
      root: folder,
      logLevel: "error",
      build: { write: false, minify: false, lib: { entry, formats: ["iife"], name: "site" } },
      define: { "process.env.NODE_ENV": '"production"' },
    });
    const [{ output }] = built as unknown as [{ output: { code: string }[] }];
    return output[0]!.code;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The first piece of code under a heading of `docs/sdks.md`, for this server. */
export async function recipe(
  heading: string,
  language: string,
  server: string,
  key: string,
): Promise<string> {
  const text = await readFile(join(DOCS, "sdks.md"), "utf8");
  const section = text.split(/^## /m).find((part) => part.startsWith(`${heading}\n`));
  const code = section?.split("```" + language + "\n")[1]?.split("```")[0];
  if (code === undefined) {
    throw new Error(`docs/sdks.md has no ${language} under "${heading}"`);
  }
  return code.replaceAll("https://tapedeck.example.com", server).replaceAll("pk_...", key);
}
