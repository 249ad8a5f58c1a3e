import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { Api } from "./support/api";
import { App } from "./support/app";
import { violations } from "./support/axe";
import { launch } from "./support/browser";
import { TOKEN } from "./support/server";
import { sessionOf } from "./support/visitor";
import { until } from "./support/wait";

/** Objects are deleted and journals looked at in rounds of upkeep. */
const ERASED_WITHIN_MS = 120_000;

const server = inject("server");
const api = new Api(server);
let browser: Browser;
let app: App;

beforeAll(async () => {
  browser = await launch();
  app = new App(await (await browser.newContext({ acceptDownloads: true })).newPage(), server);
  await app.logIn();
});
afterAll(() => browser.close());

test("an admin makes a project, lets a site record into it, and takes the key back", async () => {
  const { page } = app;
  await page.goto(`${server}/app/admin`);
  await page.getByTestId("project-name").fill("Web shop");
  await page.getByTestId("project-create").click();
  await page.getByRole("heading", { name: "Keys and origins" }).waitFor();
  expect(new URL(page.url()).pathname).toBe("/app/p/web-shop/admin/keys");
  expect(await violations(page)).toEqual([]);

  await page.getByTestId("key-create").click();
  const key = page.getByTestId("key");
  await key.waitFor();
  const made = (await key.getAttribute("data-key"))!;
  await key.getByTestId("key-snippet").click();
  expect(await page.getByTestId("snippet").textContent()).toBe(
    `<script async src="${server}/recorder.js" data-key="${made}"></script>`,
  );
  await page.getByTestId("origins-text").fill("https://shop.example/cart\n");
  await page.getByTestId("origins-save").click();
  await until(
    "the origin to be saved",
    async () => (await page.getByTestId("origins-text").inputValue()) === "https://shop.example",
  );

  await until("the key to be known", async () => (await upload(made, "https://shop.example")) === 200);
  await until("the origins to hold", async () => (await upload(made, "https://other.example")) === 403);

  await key.getByTestId("key-revoke").click();
  await page.getByTestId("confirm-submit").click();
  await key.waitFor({ state: "detached" });
  await until("the key to be refused", async () => (await upload(made, "https://shop.example")) === 401);
});

async function upload(key: string, origin: string): Promise<number> {
  const response = await fetch(`${server}/ingest/v1/chunks?key=${key}`, {
    method: "POST",
    headers: { "Content-Type": "text/plain", Origin: origin },
    body: JSON.stringify({
      session: "of-the-shop",
      window: "w1",
      seq: 0,
      sentAt: Date.now(),
      masking: { level: "balanced", version: 1 },
      events: [{ type: 5, data: { tag: "hello", payload: null }, timestamp: Date.now() }],
    }),
  });
  return response.status;
}

test("what is captured is set for the project, and its recorders are told", async () => {
  const { page } = app;
  const key = await makeKey("web-shop");
  await page.goto(`${server}/app/p/web-shop/admin/settings`);
  await page.getByTestId("capture-console").setChecked(false);
  await page.getByTestId("capture-mask").fill(".iban\n#name\n");
  await page.getByTestId("capture-exclude").fill("shop.example/staff");
  expect(await page.getByTestId("capture-save").isDisabled()).toBe(true);
  await page.getByTestId("capture-exclude").fill("/staff*");
  await page.getByTestId("capture-minimum").fill("2.5");
  await page.getByTestId("capture-consent").setChecked(true);
  expect(await violations(page)).toEqual([]);
  await page.getByTestId("capture-save").click();
  await until(
    "what is captured to be saved",
    async () => (await page.getByTestId("capture-status").textContent()) === "Saved",
  );

  const config = await until("recorders to be told", async () => {
    const response = await fetch(`${server}/ingest/v1/config?key=${key}`, {
      headers: { Origin: "https://shop.example" },
    });
    const told = (await response.json()) as { consent?: string };
    return told.consent === "required" && told;
  });
  expect(config).toMatchObject({
    masking: { level: "balanced", maskSelectors: [".iban", "#name"], blockSelectors: [] },
    capture: { console: false, network: true, errors: true },
    urls: { include: [], exclude: ["/staff*"] },
    minimumDurationMs: 2_500,
  });
});

async function makeKey(project: string): Promise<string> {
  const response = await fetch(`${server}/api/v1/projects/${project}/keys`, {
    method: "POST",
    headers: { Authorization: `Bearer ${TOKEN}`, "Content-Type": "application/json" },
    body: "{}",
  });
  return ((await response.json()) as { key: string }).key;
}

test("retention is previewed before it is saved", async () => {
  const { page } = app;
  await page.goto(`${server}/app/p/web-shop/admin/retention`);
  await page.getByTestId("keep-amount").fill("7");
  await page.getByTestId("rule-add").click();
  await page.getByTestId("rule-name").fill("plan");
  await page.getByTestId("rule-value").fill("pro");
  await page.getByTestId("rule-keep-amount").fill("365");
  await page.getByTestId("retention-preview-button").click();
  expect(await page.getByTestId("retention-preview").textContent()).toContain("Nothing would be deleted now");
  expect(await violations(page)).toEqual([]);
  await page.getByTestId("retention-save").click();
  await page.getByTestId("retention-change").waitFor({ state: "detached" });

  expect(await api.get("projects/web-shop/retention")).toEqual({
    keepHours: 168,
    rules: [{ kind: "tag", name: "plan", value: "pro", keepHours: 8_760 }],
  });
});

test("a session is pinned, held, erased, and its certificate downloaded", async () => {
  const visitor = await (await browser.newContext()).newPage();
  await visitor.goto(`${server}/demo`);
  const session = await sessionOf(visitor);
  await until("the session in the list", () => api.session(session));
  await visitor.context().close();

  const { page } = app;
  await app.open(session);
  await choose("session-pin");
  await page.getByTestId("pinned-badge").waitFor();
  expect((await api.session(session))?.pinned).toBe(true);
  await choose("session-hold");
  await page.getByTestId("held-badge").waitFor();
  await page.getByTestId("session-menu").click();
  expect(await page.getByTestId("session-erase").getAttribute("data-disabled")).not.toBeNull();
  await page.getByTestId("session-hold").click();
  await page.getByTestId("held-badge").waitFor({ state: "detached" });

  await choose("session-erase");
  await page.getByTestId("confirm-reason").fill("A test asked for it");
  await page.getByTestId("confirm-submit").click();
  await page.getByTestId("erasure").waitFor();
  expect(await page.getByTestId("erasure").textContent()).toContain("A test asked for it");
  expect(await api.session(session)).toBeUndefined();
  await page.getByTestId("certificate").waitFor({ timeout: ERASED_WITHIN_MS });
  expect(await violations(page)).toEqual([]);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByTestId("certificate-download").click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/^tapedeck-erasure-.+\.json$/);
  const text = await readFile(await download.path(), "utf8");
  const [ending, digest] = /,"digest":"([0-9a-f]{64})"\}$/.exec(text)!;
  expect(createHash("sha256").update(text.replace(ending, "}")).digest("hex")).toBe(digest);
  const certificate = JSON.parse(text) as { sessionIds: string[]; objects: { key: string }[] };
  expect(certificate.sessionIds).toEqual([session]);
  expect(certificate.objects.length).toBeGreaterThan(0);

  await page.goto(`${server}/app/p/default/s/${session}`);
  await page.getByRole("heading", { name: "This session is not here" }).waitFor();
});

async function choose(item: string): Promise<void> {
  await app.page.getByTestId("session-menu").click();
  await app.page.getByTestId(item).click();
}

test("a project is erased only after its slug was typed", async () => {
  const { page } = app;
  await page.goto(`${server}/app/p/web-shop/admin/settings`);
  await page.getByTestId("erase-project").click();
  expect(await violations(page)).toEqual([]);
  expect(await page.getByTestId("confirm-submit").isDisabled()).toBe(true);
  await page.getByTestId("confirm-typed").fill("web-shop");
  await page.getByTestId("confirm-submit").click();
  await page.getByTestId("certificate").waitFor({ timeout: ERASED_WITHIN_MS });

  await page.goto(`${server}/app/admin`);
  await page.getByTestId("projects").waitFor();
  expect(await page.getByTestId("projects").textContent()).not.toContain("web-shop");
});

test.each([
  ["p/default/admin/settings", "Settings"],
  ["p/default/admin/storage", "Storage"],
  ["p/default/admin/erasures", "Erasures"],
  ["p/default/admin/audit", "Changes"],
  ["admin", "Projects"],
  ["admin/people", "People"],
  ["admin/erasures", "All erasures"],
  ["admin/audit", "Audit trail"],
  ["admin/nodes", "Nodes"],
])("%s has no accessibility violations", async (path, heading) => {
  await app.page.goto(`${server}/app/${path}`);
  await app.page.getByRole("heading", { name: heading, level: 1 }).waitFor();
  await app.page.getByLabel("Loading").first().waitFor({ state: "detached" });
  expect(await violations(app.page)).toEqual([]);
});

test("viewers are told that the page is for admins", async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.route("**/api/v1/me", (route) => route.fulfill({ json: { name: "viv", role: "viewer" } }));
  await page.goto(`${server}/app/p/default/admin/retention`);
  await page.getByTestId("admins-only").waitFor();
  expect(await violations(page)).toEqual([]);
  await context.close();
});
