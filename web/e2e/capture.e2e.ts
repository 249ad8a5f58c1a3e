import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { launch } from "./support/browser";
import { TOKEN } from "./support/server";
import { serve, type Site } from "./support/site";
import { sessionOf, track } from "./support/visitor";
import { until } from "./support/wait";

const server = inject("server");
/** Far more than a visit of two pages takes, on a busy machine too. */
const MINIMUM_MS = 12_000;

let browser: Browser;
let site: Site;
let key: string;

beforeAll(async () => {
  browser = await launch();
  await call("POST", "projects", { slug: "capture" });
  key = ((await call("POST", "projects/capture/keys", {})) as { key: string }).key;
  await call("PATCH", "projects/capture", {
    capture: { urls: { exclude: ["/account*"] }, minimumDurationMs: MINIMUM_MS },
  });
  const script = `<script async src="${server}/recorder.js" data-key="${key}"></script>`;
  site = await serve((request, response) => {
    response.writeHead(200, { "Content-Type": "text/html" });
    response.end(`<!doctype html><title>Shop</title><p>This is ${request.url}</p>${script}`);
  });
});
afterAll(async () => {
  await site.close();
  await browser.close();
});

test("a session is sent once it is long enough, with what was recorded before and on the page before", async () => {
  const page = await visit("/first");
  const uploads = countUploads(page);
  const session = await sessionOf(page);
  await track(page, "at once");
  await page.goto(`${site.url}/second`);
  expect(await sessionOf(page)).toBe(session);
  await track(page, "on the second page");
  expect(uploads()).toBe(0);
  await page.waitForTimeout(MINIMUM_MS);
  await track(page, "late");

  const events = await until("all of the session", async () => {
    const found = await customEvents(session).catch(() => []);
    return found.length >= 3 && found;
  });
  expect(events).toEqual(["at once", "on the second page", "late"]);
  await page.context().close();
});

test("a visit that is too short sends nothing, and no more does the next one for it", async () => {
  const page = await visit("/first");
  const uploads = countUploads(page);
  const short = await sessionOf(page);
  await track(page, "too short");
  await page.evaluate(() => (window.tapedeck as { stop(): void }).stop());
  await page.goto(`${site.url}/second`);
  await sessionOf(page);
  expect(uploads()).toBe(0);
  expect(await sessions()).not.toContain(short);
  await page.context().close();
});

test("a page that is excluded is not recorded, until the address says another one", async () => {
  const page = await (await browser.newContext()).newPage();
  const config = page.waitForResponse((response) => response.url().includes("/ingest/v1/config"));
  await page.goto(`${site.url}/account`);
  await (await config).finished();
  expect(await recordedInto(page)).toBeNull();
  await page.evaluate(() => {
    history.pushState(null, "", "/shoes");
    document.querySelector("p")!.textContent = "Some shoes";
  });
  await sessionOf(page);
  await page.context().close();
});

async function visit(path: string): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await page.goto(site.url + path);
  await sessionOf(page);
  return page;
}

function countUploads(page: Page): () => number {
  let count = 0;
  page.on("request", (request) => {
    count += request.url().includes("/ingest/v1/chunks") ? 1 : 0;
  });
  return () => count;
}

function recordedInto(page: Page): Promise<string | null> {
  return page.evaluate(() => (window.tapedeck as { sessionUrl(): string | null }).sessionUrl());
}

async function sessions(): Promise<string[]> {
  const found = (await call("GET", "projects/capture/sessions")) as { sessions: { id: string }[] };
  return found.sessions.map(({ id }) => id);
}

async function customEvents(session: string): Promise<string[]> {
  const found = (await call("GET", `projects/capture/sessions/${session}/markers?kind=custom`)) as {
    markers: { title: string }[];
  };
  return found.markers.map(({ title }) => title).filter((title) => !title.startsWith("tapedeck."));
}

async function call(method: string, path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(`${server}/api/v1/${path}`, {
    method,
    headers: { Authorization: `Bearer ${TOKEN}`, "Content-Type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) {
    throw new Error(`${response.status} for ${path}: ${await response.text()}`);
  }
  return response.json();
}
