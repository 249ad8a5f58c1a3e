import { mkdtempSync, rmSync } from "node:fs";
import { request as forward } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { generate } from "selfsigned";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Api } from "./support/api";
import { App } from "./support/app";
import { launch } from "./support/browser";
import { startServer, type Server as Tapedeck } from "./support/server";
import { snippet } from "./support/site";
import { sessionUrlOf } from "./support/visitor";
import { until } from "./support/wait";

const PREFIX = "/a/b";

let folder: string;
let tapedeck: Tapedeck;
let proxy: Server;
let origin: string;
let browser: Browser;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "tapedeck-e2e-proxy-"));
  tapedeck = await startServer(folder, { TAPEDECK_TRUSTED_PROXIES: "127.0.0.1" });
  proxy = await startProxy(new URL(tapedeck.url));
  origin = `https://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  browser = await launch();
});

afterAll(async () => {
  await browser.close();
  proxy.close();
  proxy.closeAllConnections();
  await tapedeck.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** The site's own pages at the root, with a policy as strict as one can be; Tapedeck under the prefix. */
async function startProxy(target: URL): Promise<Server> {
  const { private: key, cert } = await generate([{ name: "commonName", value: "127.0.0.1" }]);
  const server = createServer({ key, cert }, (request, response) => {
    const path = request.url ?? "/";
    if (!path.startsWith(`${PREFIX}/`)) {
      const [body, type] = site(path, `https://${request.headers.host}`);
      response.writeHead(body ? 200 : 404, {
        "Content-Type": type,
        "Content-Security-Policy": policy(origin),
      });
      response.end(body);
      return;
    }
    const headers = {
      ...request.headers,
      "x-forwarded-proto": "https",
      "x-forwarded-host": request.headers.host,
      "x-forwarded-prefix": PREFIX,
      "x-forwarded-for": request.socket.remoteAddress,
    };
    const onward = forward(
      {
        host: target.hostname,
        port: target.port,
        method: request.method,
        path: path.slice(PREFIX.length),
        headers,
      },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    onward.on("error", () => response.writeHead(502).end());
    request.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

/** What a page needs to allow for the recorder: its script and its uploads, and no worker. */
function policy(host: string): string {
  return `default-src 'none'; script-src ${host}; connect-src ${host}; style-src 'self'`;
}

function site(path: string, host: string): [string, string] {
  if (path === "/style.css") {
    return ["body { font: 16px sans-serif } p { margin: 0 }", "text/css"];
  }
  const paragraphs = Array.from(
    { length: 4_000 },
    (_, index) => `<p id="p${index}">Paragraph number ${index}</p>`,
  );
  return path === "/"
    ? [
        `<!doctype html><html><head><title>Strict</title><link rel="stylesheet" href="/style.css">${snippet(host + PREFIX)}</head>
         <body><h1>Behind a strict policy</h1><input id="name">${paragraphs.join("")}</body></html>`,
        "text/html; charset=utf-8",
      ]
    : ["", "text/plain"];
}

test("behind TLS, under a path and with the strictest policy it records and plays", async () => {
  // Browsers tell no origin where such a page asks for its configuration.
  await new Api(tapedeck.url).changeProject({ origins: [origin] });
  const visitor = await (await browser.newContext({ ignoreHTTPSErrors: true })).newPage();
  const uploads: number[] = [];
  visitor.on("response", (response) => {
    if (response.url().startsWith(`${origin}${PREFIX}/ingest/v1/chunks`)) {
      uploads.push(response.status());
    }
  });
  await visitor.goto(`${origin}/`);
  const url = await sessionUrlOf(visitor);
  expect(url.startsWith(`${origin}${PREFIX}/app/p/default/s/`)).toBe(true);
  await visitor.locator("#name").fill("somebody");
  await visitor.locator("#p5").evaluate((paragraph) => (paragraph.textContent = "Changed by the page"));
  await until("the uploads", () => Promise.resolve(uploads.length >= 2));
  expect(new Set(uploads)).toEqual(new Set([200]));

  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  const app = new App(await context.newPage(), `${origin}${PREFIX}`);
  const outside: string[] = [];
  context.on("request", (request) => {
    if (!request.url().startsWith(`${origin}${PREFIX}/`) && !/^(data|blob):/.test(request.url())) {
      outside.push(request.url());
    }
  });
  await app.logIn();
  const cookie = (await context.cookies()).find(({ name }) => name === "tapedeck_session");
  expect(cookie).toMatchObject({ secure: true, httpOnly: true, sameSite: "Lax", path: `${PREFIX}/` });

  await app.open(url.split("/").at(-1)!);
  await until("the change in the replay", async () => {
    await app.seekTo(Date.now());
    return app.page.evaluate(
      () =>
        window.__tapedeckPlayer!.iframe()!.contentDocument!.getElementById("p5")?.textContent ===
        "Changed by the page",
    );
  });
  expect(app.page.url().startsWith(`${origin}${PREFIX}/app/`)).toBe(true);
  expect(outside).toEqual([]);
});
