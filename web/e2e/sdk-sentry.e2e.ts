import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Api } from "./support/api";
import { App } from "./support/app";
import { launch } from "./support/browser";
import type { DomNode } from "./support/dom";
import { expectSamePictures, type Instant } from "./support/replay";
import { bundle, recipe, serveShop } from "./support/sdk-site";
import { noteInstant, SECRETS, visitShop } from "./support/sdk-visit";
import { startServer, WRITE_KEY, type Server } from "./support/server";
import type { Site } from "./support/site";
import { storedTexts } from "./support/stored";
import { until } from "./support/wait";

/** What could not be sent is sent again after 5, 10 and 30 s. */
const RETRIED_WITHIN_MS = 90_000;

const AWAY_MS = 20_000;

let dataDir: string;
let server: Server;
let api: Api;
let browser: Browser;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "tapedeck-sentry-"));
  server = await startServer(dataDir);
  api = new Api(server.url);
  browser = await launch();
});
afterAll(async () => {
  await browser.close();
  await server.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

/** The shop with what the documentation says for an SDK, which masks all text unless told otherwise. */
async function serveShopWith(sdk: string): Promise<Site> {
  const code = (await recipe("Sentry", "js", server.url, WRITE_KEY))
    .replace("https://", "http://")
    .replace("tapedeck.example.com", new URL(server.url).host)
    .replace("replayIntegration()", "replayIntegration({ maskAllText: false, blockAllMedia: false })")
    .replace('"@sentry/browser"', JSON.stringify(sdk));
  const script = await bundle(`${code}\nwindow.Sentry = Sentry;`);
  return serveShop('<script src="/sdk.js"></script>', { "/sdk.js": script });
}

function replayId(page: Page): Promise<string> {
  return until("the SDK to record", () =>
    page.evaluate<string | undefined>("Sentry.getReplay()?.getReplayId()"),
  );
}

/** Has what is recorded sent now: what is not sent when a page goes away is lost, as it is with Sentry. */
function flush(page: Page): Promise<void> {
  return page.evaluate("Sentry.getReplay().flush()");
}

async function arrived(session: string, at: number, withinMs = 30_000): Promise<void> {
  await until(
    "the last events to be readable",
    async () =>
      (await api.session(session)) &&
      (await api.manifest(session)).windows.some(({ lastAt }) => lastAt >= at),
    withinMs,
  );
}

/** The SDK masks what can be chosen as it masks what is typed. */
function reduce(dom: DomNode): DomNode {
  return { ...dom, children: dom.name === "option" ? [] : dom.children.map(reduce) };
}

async function logIn(): Promise<App> {
  const app = new App(await (await browser.newContext()).newPage(), server.url);
  await app.logIn();
  return app;
}

test.each(["@sentry/browser", "sentry-browser-8"])(
  "%s records a visit, and it plays as it was",
  async (sdk) => {
    const site = await serveShopWith(sdk);
    const context = await browser.newContext({ viewport: { width: 1000, height: 800 } });
    const page = await context.newPage();
    await page.goto(`${site.url}/shelf`);
    const session = await replayId(page);
    await page.evaluate('Sentry.setUser({ id: "ada", username: "Ada", ip_address: "203.0.113.7" })');
    const instants = await visitShop(page, () => flush(page));
    expect(await replayId(page)).toBe(session);

    const [second] = await Promise.all([
      context.waitForEvent("page"),
      page.evaluate('void window.open("/orders")'),
    ]);
    await second.waitForLoadState();
    expect(await replayId(second)).toBe(session);
    const inSecond = [await noteInstant(second, "a second tab")];
    await flush(second);
    await page.bringToFront();
    await page.locator("#tea-9 button").click();
    const back = await noteInstant(page, "back in the first tab");
    await flush(page);
    await arrived(session, back.at);

    const { windows } = await api.manifest(session);
    const loads = windows.filter(({ fullSnapshots }) => fullSnapshots.length > 0);
    expect(loads.map(({ fullSnapshots }) => fullSnapshots.length)).toEqual([1, 1, 1]);
    const app = await logIn();
    const compareAll = async () => {
      await expectSamePictures(app, session, instants.slice(0, -1), { window: loads[0]!.id, reduce });
      await expectSamePictures(app, session, [instants.at(-1)!, back], { window: loads[1]!.id, reduce });
      await expectSamePictures(app, session, inSecond, { window: loads[2]!.id, reduce });
    };
    await compareAll();
    expect(await app.page.getByTestId("window-tab").count()).toBe(3);
    expect(await app.page.locator("h1").textContent()).toBe("ada");
    await app.findInPanel("errors", "The pot is broken");
    const { markers } = (await api.get(`projects/default/sessions/${session}/markers?kind=error`)) as {
      markers: { data: { name: string; stack: string } }[];
    };
    expect(markers.map(({ data }) => data.name)).toEqual(["Error"]);
    expect(markers[0]!.data.stack).toContain(`${site.url}/site/shop.js:`);

    await context.close();
    await until(
      "the session to settle",
      async () => (await api.session(session))?.phase === "settled",
      90_000,
    );
    await compareAll();
    await app.page.context().close();

    const stored = [...(await storedTexts(dataDir))];
    expect(stored.filter(([, text]) => text.includes("The pot is broken")).length).toBeGreaterThan(0);
    for (const secret of [...SECRETS, "203.0.113.7"]) {
      expect(stored.filter(([, text]) => text.includes(secret)).map(([file]) => file)).toEqual([]);
    }
    await site.close();
  },
);

test("what was recorded while the server was away is complete afterwards", async () => {
  const site = await serveShopWith("@sentry/browser");
  const context = await browser.newContext({ viewport: { width: 1000, height: 800 } });
  const page = await context.newPage();
  await page.goto(`${site.url}/shelf`);
  const session = await replayId(page);
  const instants: Instant[] = [await noteInstant(page, "as loaded")];
  await until("the first part", () => api.session(session), 30_000);

  const { port } = new URL(server.url);
  await server.stop();
  const awayFrom = Date.now();
  const failed = page.waitForEvent("requestfailed", (request) => request.url().includes("/envelope/"));
  await page.locator("#tea-3 button").click();
  instants.push(await noteInstant(page, "while it is away"));
  await failed;
  await page.waitForTimeout(Math.max(0, awayFrom + AWAY_MS - Date.now()));
  await page.locator("[data-route=orders]").click();
  server = await startServer(dataDir, { TAPEDECK_HTTP_PORT: port });
  instants.push(await noteInstant(page, "when it is back"));
  await arrived(session, instants.at(-1)!.at, RETRIED_WITHIN_MS);

  const app = await logIn();
  await expectSamePictures(app, session, instants, { reduce });
  expect((await api.manifest(session)).gaps).toEqual([]);
  await context.close();
  await app.page.context().close();
  await site.close();
});
