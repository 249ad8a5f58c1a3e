import { readFile } from "node:fs/promises";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { WRITE_KEY } from "./server";

const TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".json": "application/json",
  ".svg": "image/svg+xml",
};

const ROOT = join(import.meta.dirname, "..");

/** A web server of the test's own on a free port. */
export interface Site {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

export async function serve(listener: RequestListener): Promise<Site> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The snippet as the documentation gives it. */
export function snippet(server: string): string {
  return `<script async src="${server}/recorder.js" data-key="${WRITE_KEY}"></script>`;
}

/** The site whose visitors are recorded: a dashboard made with AdminLTE, on another origin than the server. */
export function serveDashboard(server: string): Promise<Site> {
  return serve((request, response) => {
    const path = normalize(new URL(request.url ?? "/", "http://site").pathname);
    answer(path, server)
      .then((body) => {
        response.writeHead(200, {
          "Content-Type": TYPES[path === "/" ? ".html" : extname(path)] ?? "text/plain",
        });
        response.end(body);
      })
      .catch(() => response.writeHead(404).end());
  });
}

async function answer(path: string, server: string): Promise<Buffer | string> {
  if (path === "/") {
    const page = await readFile(join(ROOT, "site/dashboard.html"), "utf8");
    return page.replace("<!--snippet-->", snippet(server));
  }
  if (path === "/site/stats.json") {
    return JSON.stringify({ lines: Array.from({ length: 30 }, (_, index) => `Line ${index} of the log`) });
  }
  return path.startsWith("/adminlte/")
    ? readFile(join(ROOT, "../node_modules/admin-lte/dist", path.slice("/adminlte/".length)))
    : readFile(join(ROOT, path));
}
