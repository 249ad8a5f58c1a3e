import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Api } from "./support/api";
import { App } from "./support/app";
import { launch } from "./support/browser";
import { withoutBlankText } from "./support/dom";
import { expectSamePictures, type Instant } from "./support/replay";
import { bundle, recipe, serveShop } from "./support/sdk-site";
import { noteInstant, SECRETS, visitShop } from "./support/sdk-visit";
import { startServer, WRITE_KEY, type Server } from "./support/server";
import type { Site } from "./support/site";
import { storedTexts } from "./support/stored";
import { until } from "./support/wait";

/** The SDK sends nothing to browsers that say what they are. */
const USER_AGENT =
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36";

/** The SDK sends every 10 s. */
const SENT_WITHIN_MS = 25_000;

let dataDir: string;
let server: Server;
let api: Api;
let site: Site;
let browser: Browser;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "tapedeck-mixpanel-"));
  server = await startServer(dataDir, { TAPEDECK_SETTLE_AFTER: "15s" });
  api = new Api(server.url);
  site = await shopWith("record_mask_all_text: false");
  browser = await launch();
});
afterAll(async () => {
  await browser.close();
  await site.close();
  await server.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

/** A shop with the SDK as it is documented, and an option more. */
async function shopWith(option: string): Promise<Site> {
  const code = await recipe("Mixpanel", "js", server.url, WRITE_KEY);
  const sdk = await bundle(
    `${code.replace("record_network: true,", `record_network: true, ${option},`)}\nwindow.mixpanel = mixpanel;`,
  );
  return serveShop('<script src="/sdk.js"></script>', { "/sdk.js": sdk });
}

/** What the page does with its SDK. */
function call(page: Page, code: string): Promise<unknown> {
  return page.evaluate(`void mixpanel.${code}`);
}

function replayId(page: Page): Promise<string> {
  return until("the SDK to record", () =>
    page.evaluate<string | undefined>("mixpanel.get_session_recording_properties().$mp_replay_id"),
  );
}

/** A visitor's browser. */
function visitor(): Promise<BrowserContext> {
  return browser.newContext({ userAgent: USER_AGENT, viewport: { width: 1000, height: 800 } });
}

/** What is left of a page after a reload is sent later than what comes first of the next. */
async function arrived(session: string, instants: readonly Instant[]): Promise<void> {
  await until(
    "the first and the last events to be readable",
    async () =>
      (await api.session(session)) &&
      (await api.manifest(session)).windows.some(
        ({ fullSnapshots: [first], lastAt }) => first! <= instants[0]!.at && lastAt >= instants.at(-1)!.at,
      ),
    SENT_WITHIN_MS,
  );
}

test("Mixpanel's SDK records a visit in two tabs, and it plays as it was", async () => {
  const context = await visitor();
  const page = await context.newPage();
  await page.goto(`${site.url}/shelf`);
  const session = await replayId(page);
  await call(page, 'track("Looked around", { teas: 60 })');
  const instants = await visitShop(page, () => call(page, 'identify("ada")') as Promise<void>);
  expect(await replayId(page)).toBe(session);

  const second = await context.newPage();
  await second.goto(`${site.url}/orders`);
  const other = await replayId(second);
  expect(other).not.toBe(session);
  const inSecond = [await noteInstant(second, "a second tab")];
  await page.bringToFront();
  await page.locator("#tea-9 button").click();
  instants.push(await noteInstant(page, "back in the first tab"));
  await arrived(session, instants);
  await arrived(other, inSecond);

  const app = new App(await (await browser.newContext()).newPage(), server.url);
  await app.logIn();
  await expectSamePictures(app, session, instants, { reduce: withoutBlankText });
  await app.findInPanel("activity", "Looked around");
  await app.findInPanel("activity", "/orders");
  await app.findInPanel("console", "The kettle is cold");
  await app.findInPanel("network", "no-such-tea.json");
  await app.page.getByTestId("other-recordings").click();
  await app.page.locator(`[data-testid=other-recording][data-session-id="${other}"]`).click();
  await app.page.waitForURL(`**/s/${other}*`);
  await app.page.getByTestId("other-recordings").waitFor();
  expect(await app.page.locator("h1").textContent()).toBe("ada");
  await expectSamePictures(app, other, inSecond, { reduce: withoutBlankText });

  await context.close();
  await until("the session to settle", async () => (await api.session(session))?.phase === "settled", 90_000);
  await expectSamePictures(app, session, instants, { reduce: withoutBlankText });
  await app.page.context().close();

  const stored = [...(await storedTexts(dataDir))];
  expect(stored.filter(([, text]) => text.includes("Looked around")).length).toBeGreaterThan(0);
  for (const secret of SECRETS) {
    expect(stored.filter(([, text]) => text.includes(secret)).map(([file]) => file)).toEqual([]);
  }
});

test("what could not be stored for a while, or was recorded offline, is complete afterwards", async () => {
  const [refused, offline] = await Promise.all([visitor(), visitor()]);
  const pages = await Promise.all([refused.newPage(), offline.newPage()]);
  let refusals = 0;
  await pages[0].route("**/record/**", async (route) => {
    if (route.request().method() !== "POST" || refusals === 2) {
      await route.continue();
      return;
    }
    refusals++;
    // The second time all of it is stored, and the SDK does not get to know.
    if (refusals === 2) await route.fetch();
    await route.fulfill({
      status: 503,
      headers: {
        "Access-Control-Allow-Origin": site.url,
        "Access-Control-Expose-Headers": "Retry-After",
        "Content-Type": "application/problem+json",
        "Retry-After": "2",
      },
      body: '{"code":"OVER_CAPACITY","status":503}',
    });
  });
  const sessions = await Promise.all(
    pages.map(async (page) => {
      await page.goto(`${site.url}/shelf`);
      return replayId(page);
    }),
  );
  await offline.setOffline(true);
  const failed = pages[1].waitForEvent("requestfailed", {
    predicate: (request) => request.url().includes("/record/"),
    timeout: SENT_WITHIN_MS,
  });
  const instants = await Promise.all(
    pages.map(async (page, index) => {
      const noted = [await noteInstant(page, "as loaded")];
      await page.locator("#tea-3 button").click();
      if (index === 1) await failed;
      else await until("two refusals", async () => refusals === 2, SENT_WITHIN_MS);
      await page.locator("[data-route=orders]").click();
      noted.push(await noteInstant(page, "after the trouble"));
      return noted;
    }),
  );
  await offline.setOffline(false);

  const app = new App(await (await browser.newContext()).newPage(), server.url);
  await app.logIn();
  for (const [index, session] of sessions.entries()) {
    // A request that failed is tried again after 20 s.
    await until(`session ${index}`, () => api.session(session), 2 * SENT_WITHIN_MS);
    await arrived(session, instants[index]!);
    await expectSamePictures(app, session, instants[index]!, { reduce: withoutBlankText });
    const lines = await api.events(session);
    expect(new Set(lines).size).toBe(lines.length);
  }
  await Promise.all([refused.close(), offline.close(), app.page.context().close()]);
});

test("a site that leaves it to the server whether to record gets an answer, and a visitor without a name is one", async () => {
  const remote = await shopWith('remote_settings_mode: "strict", flags: true');
  const context = await visitor();
  const pages = [await context.newPage(), await context.newPage()];
  const sessions = [];
  for (const page of pages) {
    // The SDK gives the server half a second: a busy machine may need another try.
    const recorded = await until("the SDK to record", async () => {
      await page.goto(`${remote.url}/shelf`);
      await page.waitForTimeout(1_000);
      return page.evaluate<string | undefined>("mixpanel.get_session_recording_properties().$mp_replay_id");
    });
    sessions.push(recorded);
    await until("the flags", () => page.evaluate<boolean>("mixpanel.flags.are_flags_ready()"));
  }
  for (const session of sessions) {
    await until("the session to arrive", () => api.session(session), SENT_WITHIN_MS);
  }
  const app = new App(await (await browser.newContext()).newPage(), server.url);
  await app.logIn();
  await app.open(sessions[0]!);
  expect(await app.page.locator("h1").textContent()).toBe("Anonymous");
  await app.page.getByTestId("other-recordings").click();
  const others = app.page.getByTestId("other-recording");
  expect(await others.evaluateAll((items) => items.map((item) => item.dataset.sessionId))).toEqual([
    sessions[1],
  ]);
  await Promise.all([context.close(), app.page.context().close()]);
  await remote.close();
});
