import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { Api } from "./support/api";
import { App } from "./support/app";
import { violations } from "./support/axe";
import { launch } from "./support/browser";
import { SETTLE_AFTER_MS } from "./support/server";
import { sessionOf } from "./support/visitor";
import { until } from "./support/wait";

/** From what a visitor does to its picture: the recorder's chunk, the flush and the look for more, on a busy machine. */
const SHOWN_WITHIN_MS = 30_000;

const server = inject("server");
const api = new Api(server);
let browser: Browser;

beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

test("what happens in one tab is seen in another, until the tab is closed", async () => {
  const context = await browser.newContext();
  const visitor = await context.newPage();
  await visitor.goto(`${server}/demo`);
  const session = await sessionOf(visitor);
  await until("the session in the list", () => api.session(session));

  const app = new App(await context.newPage(), server);
  await app.logIn();
  const asked: string[] = [];
  app.page.on("request", (request) => asked.push(new URL(request.url()).pathname.split("/").at(-1)!));
  await app.open(session);
  await status(app, "following");
  await app.page.getByTestId("go-live").click();
  const replay = await app.replayFrame();
  const fetchedBefore = asked.filter((name) => name === session).length;

  const products = await loadCatalogue(visitor);
  await shown("the catalogue", async () => (await replay.locator("#products li").count()) === products);
  await visitor.getByRole("button", { name: "Add Metal C46" }).click();
  await shown("the cart", async () => (await replay.locator("#cart-count").textContent()) === "1");
  await visitor.getByRole("link", { name: /Checkout/ }).click();
  // Only what is seen takes the focus, and the link shows the form a moment later.
  await visitor.locator("#name").click();
  await visitor.locator("#name").pressSequentially("Ada", { delay: 40 });
  await shown("three letters typed", async () => (await replay.locator("#name").inputValue()) === "***");
  await visitor.getByLabel("It is a present").check();
  await shown("the box ticked", () => replay.locator("#gift").isChecked());

  expect(await app.replayFrame()).toBe(replay);
  expect(asked.filter((name) => name === "live")).toHaveLength(1);
  // What was added came with the stream. Only what came while it was opened may have had to be fetched.
  expect(asked.filter((name) => name === session).length).toBeLessThanOrEqual(fetchedBefore + 1);
  expect((await app.player()).lost).toEqual({ missing: 0, unusable: 0, surplus: 0 });
  expect(await violations(app.page)).toEqual([]);

  await visitor.close();
  await status(app, "settled", SETTLE_AFTER_MS * 4);
  expect(await app.page.getByTestId("live-status").textContent()).toBe("The session has ended.");
  await app.page.getByTestId("go-live").waitFor({ state: "detached" });
  await until("the player to be at the end", async () => (await app.player()).status === "ended");
  expect(await replay.locator("#gift").isChecked()).toBe(true);
  await context.close();
});

test("a stream that is cut is opened again, and nothing is missed", async () => {
  const context = await browser.newContext();
  const visitor = await context.newPage();
  await visitor.goto(`${server}/demo`);
  const session = await sessionOf(visitor);
  await until("the session in the list", () => api.session(session));
  const app = new App(await context.newPage(), server);
  await app.logIn();
  let refused = 0;
  let isSeen = false;
  await app.page.route("**/live?*", (route) => {
    if (isSeen && refused >= 2) return route.continue();
    refused++;
    return route.abort();
  });

  await app.open(session);
  await status(app, "reconnecting");
  isSeen = true;
  await app.page.getByTestId("go-live").click();
  const products = await loadCatalogue(visitor);
  await status(app, "following");

  const replay = await app.replayFrame();
  await shown("the catalogue", async () => (await replay.locator("#products li").count()) === products);
  expect(refused).toBeGreaterThanOrEqual(2);
  await context.close();
});

/** How many products there are, once they are there: the page fetches them. */
async function loadCatalogue(visitor: Page): Promise<number> {
  await visitor.getByRole("button", { name: "Load the catalogue" }).click();
  await visitor.locator("#products li").first().waitFor();
  return visitor.locator("#products li").count();
}

async function status(app: App, expected: string, withinMs = SHOWN_WITHIN_MS): Promise<void> {
  await app.page
    .locator(`[data-testid=live-status][data-status=${expected}]`)
    .waitFor({ state: "attached", timeout: withinMs });
}

async function shown(what: string, isShown: () => Promise<boolean>): Promise<void> {
  await until(`${what} to be shown`, () => isShown().catch(() => false), SHOWN_WITHIN_MS);
}
