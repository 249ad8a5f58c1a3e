import type { Page } from "playwright-core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ownServer } from "./support/own-server";
import { posthogRecording, servePosthog } from "./support/sdk-clients";
import { WRITE_KEY } from "./support/server";
import type { Site } from "./support/site";
import { until } from "./support/wait";

/** Far longer than the SDK keeps anything back that it may send: it sends every 5 s. */
const NOTHING_FOR_MS = 12_000;

const SENT_WITHIN_MS = 20_000;

/** Text of the page of orders, and of no other. */
const ORDER = "Čaj č.";

const own = ownServer("posthog-rules");
let site: Site;
let page: Page;

beforeEach(async () => {
  site = await servePosthog(own.url);
  page = await (await own.visitor()).newPage();
});
afterEach(async () => {
  await page.context().close();
  await site.close();
});

/** Settings reach pages that ask for them after a few seconds. */
async function capture(settings: unknown): Promise<void> {
  await own.api.changeProject({ capture: settings });
  await until("the settings to hold", async () => {
    const config = await fetch(`${own.url}/ingest/v1/config?key=${WRITE_KEY}`);
    const { consent, urls } = (await config.json()) as { consent: string; urls: unknown };
    const wanted = settings as { consent: string; urls: unknown };
    return consent === wanted.consent && JSON.stringify(urls) === JSON.stringify(wanted.urls);
  });
}

/** How many recordings the page has sent since. */
function countRecordings(): () => number {
  let count = 0;
  page.on("request", (request) => {
    count += request.method() === "POST" && new URL(request.url()).pathname === "/s/" ? 1 : 0;
  });
  return () => count;
}

async function go(route: "shelf" | "orders"): Promise<void> {
  await page.locator(`[data-route=${route}]`).click();
}

/** The session's lines, once one of them says this. */
function linesWith(session: string, text: string): Promise<string[]> {
  return until(
    `"${text}" to arrive`,
    async () => {
      const lines = (await own.api.session(session)) ? await own.api.events(session) : [];
      return lines.some((line) => line.includes(text)) && lines;
    },
    SENT_WITHIN_MS,
  );
}

test("where visitors must agree, PostHog's SDK sends nothing before the site says so, and then what it kept", async () => {
  await capture({ consent: "required", urls: { include: [], exclude: [] } });
  const sent = countRecordings();
  await page.goto(`${site.url}/shelf`);
  const { session } = await posthogRecording(page);
  await page.locator("#tea-1 button").click();
  await page.evaluate("posthog.capture('Looked around')");
  await page.waitForTimeout(NOTHING_FOR_MS);
  await page.locator("#tea-2 button").click();
  expect(sent()).toBe(0);
  expect(await own.api.session(session)).toBeUndefined();

  await page.evaluate("posthog.startSessionRecording({ linked_flag: true })");
  await page.locator("#tea-3 button").click();
  await until("a recording", async () => sent() > 0, SENT_WITHIN_MS);
  const lines = await linesWith(session, "chosen");
  expect(lines.filter((line) => line.includes('"type":2')).length).toBeGreaterThan(0);
});

test("PostHog's SDK does not record pages that are left out", async () => {
  await capture({ consent: "none", urls: { include: [], exclude: ["/orders*"] } });
  await page.goto(`${site.url}/shelf`);
  const { session } = await posthogRecording(page);
  await page.locator("#tea-1 button").click();
  await go("orders");
  await page.locator("#gift").check();
  await go("shelf");
  const backAt = await page.evaluate<number>("Date.now()");
  await page.locator("#tea-5 button").click();
  await until(
    "what comes after",
    async () =>
      (await own.api.session(session)) &&
      (await own.api.manifest(session)).windows.some(({ lastAt }) => lastAt >= backAt),
    SENT_WITHIN_MS,
  );
  const lines = await own.api.events(session);
  expect(lines.filter((line) => line.includes(ORDER))).toEqual([]);
  expect(lines.filter((line) => line.includes("Tea 5")).length).toBeGreaterThan(0);
});

test("where only some pages are recorded, PostHog's SDK begins with the first of them", async () => {
  await capture({ consent: "none", urls: { include: ["/shelf*"], exclude: [] } });
  const sent = countRecordings();
  await page.goto(`${site.url}/orders`);
  await until("the SDK", () => page.evaluate("window.posthog?.__loaded"));
  await page.locator("#gift").check();
  await page.waitForTimeout(NOTHING_FOR_MS);
  expect(sent()).toBe(0);

  await go("shelf");
  await page.locator("#tea-5 button").click();
  const { session } = await posthogRecording(page);
  const lines = await linesWith(session, "Tea 5");
  expect(lines.filter((line) => line.includes(ORDER))).toEqual([]);
});

test("with a key that nobody knows, PostHog's SDK records nothing, and does not try again", async () => {
  const strange = await servePosthog(own.url, "posthog-js", "pk_nobody");
  const refused: string[] = [];
  const retried: string[] = [];
  page.on("response", (response) => {
    if (response.status() === 401) refused.push(new URL(response.url()).pathname);
  });
  page.on("request", (request) => {
    if (request.url().includes("retry_count")) retried.push(request.url());
  });
  const sent = countRecordings();
  await page.goto(`${strange.url}/shelf`);
  await page.locator("#tea-1 button").click();
  await page.evaluate("posthog.capture('Looked around')");
  await until("an event to be refused", async () => refused.some((path) => path.endsWith("/e/")));
  await page.waitForTimeout(NOTHING_FOR_MS);
  expect(sent()).toBe(0);
  expect(retried).toEqual([]);
  expect(refused).toContain("/array/pk_nobody/config.js");
  await strange.close();
});
