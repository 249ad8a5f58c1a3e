import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from "vitest";
import { Api } from "./support/api";
import { launch } from "./support/browser";
import { serve, snippet, type Site } from "./support/site";
import { sessionOf, track } from "./support/visitor";
import { until } from "./support/wait";

const UPLOADS = "**/ingest/v1/chunks*";

const server = inject("server");
const api = new Api(server);
let browser: Browser;
let site: Site;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  browser = await launch();
  site = await serve((request, response) => {
    response.writeHead(200, { "Content-Type": "text/html" });
    response.end(
      `<!doctype html><title>${request.url}</title>${snippet(server)}<p id="text">Page ${request.url}</p><input id="name">`,
    );
  });
});
afterAll(async () => {
  await browser.close();
  await site.close();
});
beforeEach(async () => {
  context = await browser.newContext();
  page = await context.newPage();
});
afterEach(() => context.close());

async function arrived(session: string, names: readonly string[]): Promise<void> {
  let seen: string[] = [];
  await until(`${names.join(", ")} to arrive`, async () => {
    seen = (await api.session(session)) ? await api.customEvents(session) : [];
    return names.every((name) => seen.includes(name));
  }).catch((error: unknown) => {
    throw new Error(`${String(error)}; arrived: ${seen.join(", ")}`);
  });
  expect(seen).toEqual(names);
}

test("what happens just before a page goes away arrives once, over links, reloads and closing", async () => {
  await page.goto(`${site.url}/one`);
  const session = await sessionOf(page);
  await track(page, "leaving one");
  await page.goto(`${site.url}/two`);
  expect(await sessionOf(page)).toBe(session);
  await track(page, "leaving two");
  await page.reload();
  await sessionOf(page);
  await track(page, "closing");
  await page.close();
  await arrived(session, ["leaving one", "leaving two", "closing"]);
  // What a page sends as it goes away overtakes what it was sending.
  await until("the pages' pictures", async () => {
    const { windows, gaps } = await api.manifest(session);
    const [pictures] = windows.map(({ fullSnapshots }) => fullSnapshots.length);
    return windows.length === 1 && pictures === 3 && gaps.length === 0;
  });
});

test("tabs share a session as windows of their own, copies of a tab too", async () => {
  await page.goto(`${site.url}/first`);
  const session = await sessionOf(page);
  const second = await context.newPage();
  await second.goto(`${site.url}/second`);
  const [copy] = await Promise.all([
    context.waitForEvent("page"),
    page.evaluate(() => void window.open("/copied-storage")),
  ]);
  expect(await Promise.all([second, copy].map(sessionOf))).toEqual([session, session]);
  await until("three windows", async () => {
    return (await api.session(session)) && (await api.manifest(session)).windows.length === 3;
  });
});

test("while the server says later, nothing is lost, and its wait is kept to", async () => {
  const refusedAt: number[] = [];
  await page.route(UPLOADS, (route) => {
    refusedAt.push(Date.now());
    return refusedAt.length < 3
      ? route.fulfill({
          status: 503,
          headers: {
            "Retry-After": "2",
            "Access-Control-Allow-Origin": site.url,
            "Access-Control-Expose-Headers": "Retry-After",
          },
        })
      : route.continue();
  });
  await page.goto(site.url);
  const session = await sessionOf(page);
  await track(page, "during the outage");
  await arrived(session, ["during the outage"]);
  expect(refusedAt[1]! - refusedAt[0]!).toBeGreaterThanOrEqual(2_000);
  expect(refusedAt[2]! - refusedAt[1]!).toBeGreaterThanOrEqual(2_000);
  expect((await api.manifest(session)).gaps).toEqual([]);
});

test("what a page could not send is sent by the next one", async () => {
  await page.goto(`${site.url}/online`);
  const session = await sessionOf(page);
  await until("the first chunk", () => api.session(session));
  await context.route(UPLOADS, (route) => route.abort());
  await track(page, "without a network");
  await page.waitForTimeout(500);
  await page.goto("about:blank");
  await context.unroute(UPLOADS);
  await page.goto(`${site.url}/online-again`);
  await sessionOf(page);
  await arrived(session, ["without a network"]);
});

test("after the idle time a person's next activity begins a new session with a full snapshot", async () => {
  await page.route("**/ingest/v1/config*", async (route) => {
    const answer = await route.fetch();
    const config = (await answer.json()) as { session: object };
    await route.fulfill({
      response: answer,
      json: { ...config, session: { ...config.session, idleMs: 2_000 } },
    });
  });
  await page.goto(site.url);
  const first = await sessionOf(page);
  await page.waitForTimeout(3_000);
  await page.evaluate(() => (document.getElementById("text")!.textContent = "changed by the page itself"));
  expect(await sessionOf(page)).toBe(first);
  await page.locator("#name").click();
  await page.keyboard.type("back");
  const second = await until("another session", async () => {
    const now = await sessionOf(page);
    return now !== first && now;
  });
  await until(
    "its full snapshot",
    async () =>
      (await api.session(second)) && (await api.manifest(second)).windows[0]?.fullSnapshots.length === 1,
  );
});

test("stopping gives the page its functions back", async () => {
  await page.addInitScript(() => {
    const methods = () => [
      console.log,
      window.fetch,
      XMLHttpRequest.prototype.open,
      history.pushState,
      CSSStyleSheet.prototype.insertRule,
    ];
    const originals = methods();
    Object.assign(window, {
      areOriginal: () => methods().map((method, index) => method === originals[index]),
    });
  });
  await page.goto(site.url);
  await sessionOf(page);
  expect(await page.evaluate("areOriginal()")).toEqual([false, false, false, false, false]);
  await page.evaluate(() => (window.tapedeck as { stop(): void }).stop());
  expect(await page.evaluate("areOriginal()")).toEqual([true, true, true, true, true]);
});

test("a no in one tab ends the recording in all, and deletes what waits in the browser", async () => {
  const kept = () => page.evaluate(async () => (await indexedDB.databases()).length);
  await page.goto(`${site.url}/one`);
  const session = await sessionOf(page);
  await until("the first chunk", () => api.session(session));
  await context.route(UPLOADS, (route) => route.abort());
  await track(page, "before the no");
  expect(await kept()).toBe(1);
  const other = await context.newPage();
  await other.goto(`${site.url}/two`);
  await sessionOf(other);

  await other.evaluate(() => (window.tapedeck as { consent(granted: boolean): void }).consent(false));

  await until("the first tab to end", () =>
    page.evaluate(() => (window.tapedeck as { sessionUrl(): string | null }).sessionUrl() === null),
  );
  await until("nothing to be kept", async () => (await kept()) === 0);
  await context.unroute(UPLOADS);
  await page.goto(`${site.url}/three`);
  await page.evaluate(() => (window.tapedeck as { consent(granted: boolean): void }).consent(true));
  const next = await sessionOf(page);
  expect(next).not.toBe(session);
  await track(page, "after a yes");
  await arrived(next, ["after a yes"]);
  expect(await api.customEvents(session)).toEqual([]);
});
