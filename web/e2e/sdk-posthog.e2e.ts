import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Api } from "./support/api";
import { App } from "./support/app";
import { launch } from "./support/browser";
import { withoutBlankText } from "./support/dom";
import { expectSamePictures, type Instant } from "./support/replay";
import { bundle, recipe, serveShop } from "./support/sdk-site";
import { noteInstant, SECRETS, visitShop } from "./support/sdk-visit";
import { startServer, WRITE_KEY, type Server } from "./support/server";
import { storedTexts } from "./support/stored";
import { until } from "./support/wait";

/** The SDK sends nothing for browsers that say what they are. */
const USER_AGENT =
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36";

/** It sends every 5 s. */
const SENT_WITHIN_MS = 20_000;

/** What the SDK's snippet does: calls wait until the script that it loads takes them over. */
const SNIPPET = `
  window.posthog = Object.assign([], {
    _i: [],
    __SV: 1,
    init(token, config) {
      const script = document.createElement("script");
      Object.assign(script, { async: true, crossOrigin: "anonymous", src: config.api_host + "/static/array.js" });
      document.head.append(script);
      this._i.push([token, config, "posthog"]);
    },
  });`;

let dataDir: string;
let server: Server;
let api: Api;
let browser: Browser;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "tapedeck-posthog-"));
  server = await startServer(dataDir, { TAPEDECK_SETTLE_AFTER: "15s" });
  api = new Api(server.url);
  browser = await launch();
});
afterAll(async () => {
  await browser.close();
  await server.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

/** Where a page's script comes from. */
type Build = "snippet" | "posthog-js" | "posthog-js-1";

async function scriptOf(from: Build): Promise<string> {
  const code = await recipe("PostHog", "js", server.url, WRITE_KEY);
  return from === "snippet"
    ? SNIPPET + code.replace(/^import .*$/m, "")
    : bundle(`${code.replace(/"posthog-js"/, JSON.stringify(from))}\nwindow.posthog = posthog;`);
}

/** The site under a name, since the SDK records no requests on localhost. */
async function serve(from: Build): Promise<{ url: string; close(): Promise<void> }> {
  const site = await serveShop('<script src="/sdk.js"></script>', { "/sdk.js": await scriptOf(from) });
  return { url: `http://shop.localhost:${site.port}`, close: () => site.close() };
}

async function visitor(): Promise<BrowserContext> {
  const context = await browser.newContext({ userAgent: USER_AGENT, viewport: { width: 1000, height: 800 } });
  await context.addInitScript(
    "Object.defineProperty(Navigator.prototype, 'webdriver', { get: () => false })",
  );
  return context;
}

/** Session and window, once the SDK records. */
function recordingOf(page: Page): Promise<{ session: string; window: string }> {
  return until("the SDK to record", () =>
    page.evaluate<{ session: string; window: string } | null>(`(() => {
      if (!window.posthog?.sessionRecordingStarted?.()) return null;
      const { sessionId, windowId } = posthog.sessionManager.checkAndGetSessionAndWindowId(true);
      return { session: sessionId, window: windowId };
    })()`),
  );
}

async function arrived(session: string, window: string, instants: readonly Instant[]): Promise<void> {
  await until(
    `the first and the last events of ${window} to be readable`,
    async () =>
      (await api.session(session)) &&
      (await api.manifest(session)).windows.some(
        ({ id, fullSnapshots: [first], lastAt }) =>
          id === window && first! <= instants[0]!.at && lastAt >= instants.at(-1)!.at,
      ),
    SENT_WITHIN_MS,
  );
}

async function logIn(): Promise<App> {
  const app = new App(await (await browser.newContext()).newPage(), server.url);
  await app.logIn();
  return app;
}

describe.each(["snippet", "posthog-js", "posthog-js-1"] as const)("PostHog's SDK (%s)", (from) => {
  test("records a visit in two tabs, and it plays as it was", async () => {
    const site = await serve(from);
    const context = await visitor();
    const page = await context.newPage();
    await page.goto(`${site.url}/shelf`);
    const first = await recordingOf(page);
    const instants = await visitShop(page, async () => {
      await page.evaluate('posthog.identify("ada", { plan: "pro" })');
      await page.evaluate('posthog.capture("Looked around", { teas: 60 })');
    });
    await recordingOf(page);
    const second = await context.newPage();
    await second.goto(`${site.url}/orders`);
    const other = await recordingOf(second);
    expect(other.session).toBe(first.session);
    expect(other.window).not.toBe(first.window);
    await second.locator("#gift").check();
    const inSecond = [await noteInstant(second, "a second tab")];
    await second.locator("#log").click();
    await page.bringToFront();
    await page.locator("#tea-9 button").click();
    instants.push(await noteInstant(page, "back in the first tab"));
    await page.locator("#tea-10 button").click();
    await arrived(first.session, first.window, instants);
    await arrived(first.session, other.window, inSecond);

    const app = await logIn();
    const compare = async () => {
      await expectSamePictures(app, first.session, instants, {
        window: first.window,
        reduce: withoutBlankText,
      });
      await expectSamePictures(app, first.session, inSecond, {
        window: other.window,
        reduce: withoutBlankText,
      });
    };
    await compare();
    expect(await app.page.locator("h1").textContent()).toBe("ada");
    await app.findInPanel("activity", "Looked around");
    await app.findInPanel("activity", "/orders");
    await app.findInPanel("console", "The kettle is cold");
    await app.findInPanel("network", "no-such-tea.json");
    await app.findInPanel("errors", "The pot is broken");

    await context.close();
    await until(
      "the session to settle",
      async () => (await api.session(first.session))?.phase === "settled",
      90_000,
    );
    await compare();
    const { user, counts, sdk } = (await api.session(first.session))!;
    expect(user).toMatchObject({ id: "ada", traits: { plan: "pro" } });
    expect(sdk).toMatch(from === "posthog-js-1" ? /^posthog\/1\.2\d+/ : /^posthog\/1\.4\d+/);
    expect(counts).toMatchObject({ errors: 1, customEvents: 1 });
    await app.page.context().close();
    await site.close();

    const stored = [...(await storedTexts(dataDir))];
    expect(stored.filter(([, text]) => text.includes("Looked around")).length).toBeGreaterThan(0);
    for (const secret of SECRETS) {
      expect(stored.filter(([, text]) => text.includes(secret)).map(([file]) => file)).toEqual([]);
    }
  });
});

test("what PostHog's SDK could not send for a while is complete afterwards", async () => {
  const site = await serve("snippet");
  const context = await visitor();
  const page = await context.newPage();
  const troubles = ["503", "503", "away"];
  await page.route("**/s/*", async (route) => {
    const trouble = route.request().method() === "POST" ? troubles.shift() : undefined;
    if (trouble === "503") {
      await route.fulfill({
        status: 503,
        headers: {
          "Access-Control-Allow-Origin": site.url,
          "Access-Control-Allow-Credentials": "true",
          "Access-Control-Expose-Headers": "Retry-After",
          "Retry-After": "1",
        },
        body: '{"code":"OVER_CAPACITY","status":503}',
      });
    } else if (trouble === "away") {
      await route.abort("connectionrefused");
    } else {
      await route.continue();
    }
  });
  await page.goto(`${site.url}/shelf`);
  const { session, window } = await recordingOf(page);
  const instants = [await noteInstant(page, "as loaded")];
  await page.locator("#tea-3 button").click();
  await until("two refusals", async () => troubles.length <= 1, SENT_WITHIN_MS);
  await page.locator("[data-route=orders]").click();
  instants.push(await noteInstant(page, "after two refusals"));
  await until("the server to be away", async () => troubles.length === 0, SENT_WITHIN_MS);
  await page.locator("#gift").check();
  instants.push(await noteInstant(page, "after all trouble"));
  await page.locator("#log").click();

  await until("the session", () => api.session(session), 3 * SENT_WITHIN_MS);
  await until(
    "all of it to arrive",
    async () => (await api.manifest(session)).windows[0]!.fullSnapshots[0]! <= instants[0]!.at,
    3 * SENT_WITHIN_MS,
  );
  await arrived(session, window, instants);
  const app = await logIn();
  await expectSamePictures(app, session, instants, { reduce: withoutBlankText });
  const lines = await api.events(session);
  expect(new Set(lines).size).toBe(lines.length);
  await Promise.all([context.close(), app.page.context().close(), site.close()]);
});
