import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { Api } from "./support/api";
import { App } from "./support/app";
import { launch } from "./support/browser";
import { countNodes } from "./support/dom";
import { expectSamePictures, type Instant } from "./support/replay";
import { noteInstant } from "./support/sdk-visit";
import { SETTLE_AFTER_MS } from "./support/server";
import { serveDashboard } from "./support/site";
import { sessionOf } from "./support/visitor";
import { until } from "./support/wait";

const RECORDED_MS = 20_000;

const server = inject("server");
const api = new Api(server);
let browser: Browser;

beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

test("the demo page records itself, shows up while it is being recorded, and plays", async () => {
  const visitor = await (await browser.newContext()).newPage();
  const firstChunk = visitor.waitForResponse((response) => response.url().includes("/ingest/v1/chunks"));
  await visitor.goto(`${server}/demo`);
  const session = await sessionOf(visitor);
  expect((await firstChunk).status()).toBe(200);
  const listed = await until("the session in the list", () => api.session(session));
  expect(listed.phase).toBe("live");

  const begun = Date.now();
  await visitor.getByRole("button", { name: "Load the catalogue" }).click();
  await visitor.getByRole("button", { name: "Add Metal C46" }).click();
  await visitor.locator("#sort").selectOption("price");
  await visitor.getByRole("link", { name: /Checkout/ }).click();
  // Only what is seen takes the focus, and the link shows the form a moment later.
  await visitor.locator("#name").click();
  await visitor.locator("#name").pressSequentially("Ada Lovelace", { delay: 60 });
  await visitor.locator("#password").pressSequentially("hunter2", { delay: 60 });
  await visitor.locator("#card").pressSequentially("4111111111111111", { delay: 20 });
  await visitor.getByLabel("By courier").check();
  await visitor.getByRole("button", { name: "Place the order" }).click();
  await visitor.getByRole("button", { name: "Close" }).click();
  await visitor.getByRole("link", { name: "Workshop" }).click();
  await visitor.getByRole("button", { name: "Log an error" }).click();
  await visitor.getByRole("button", { name: "Throw an error" }).click();
  await visitor.getByRole("button", { name: "Fetch what is not there" }).click();
  await visitor.locator("#stack").hover();
  while (Date.now() < begun + RECORDED_MS) {
    await visitor.mouse.wheel(0, 40);
    await visitor.waitForTimeout(1_000);
  }

  const app = new App(await (await browser.newContext()).newPage(), server);
  await app.logIn();
  await app.row(session).waitFor();
  await app.open(session);
  await until("most of the visit", async () => (await app.player()).durationMs > RECORDED_MS - 5_000);
  expect((await app.player()).lost).toEqual({ missing: 0, unusable: 0, surplus: 0 });
  await app.findInPanel("activity", "added to cart");
  await app.findInPanel("console", "The tape is stuck");
  await app.findInPanel("network", "no-such-tape.json");
  await app.findInPanel("errors", "The tape has snapped");
  // In full screen nothing is seen of the page but what is inside of this.
  const screen = app.page.getByRole("region", { name: "Replay", exact: true });
  await app.page.getByTestId("speed").click();
  await screen.getByTestId("speed-1").click();

  await app.page.evaluate(() => window.__tapedeckPlayer!.seek(0));
  await app.play();
  await until("the replay to play on", async () => (await app.player()).currentTimeMs > 2_000);
  await app.pause();
  await app.seekTo(Date.now());
  const replay = await app.replayFrame();
  expect(await replay.locator("#stack").count()).toBe(1);
  const text = await app.page.content();
  for (const secret of ["hunter2", "4111111111111111", "Ada Lovelace"]) {
    expect(text).not.toContain(secret);
  }
  await visitor.context().close();
  await app.page.context().close();
});

test("at any instant the replay shows what the page was, node by node, live and settled", async () => {
  const site = await serveDashboard(server);
  const visitor = await (await browser.newContext({ viewport: { width: 1200, height: 900 } })).newPage();
  await visitor.goto(site.url);
  const session = await sessionOf(visitor);
  const instants: Instant[] = [];
  const note = async (name: string) => {
    instants.push(await noteInstant(visitor, name));
  };

  await note("as loaded");
  await visitor.locator("#name").fill("Grace Hopper");
  await visitor.locator("#search").pressSequentially("tea", { delay: 30 });
  await visitor.locator("#password").fill("hunter2");
  await visitor.locator("#port").selectOption("Genoa");
  await visitor.locator("#remarks").fill("Handle with care\nplease");
  await visitor.locator("#day").fill("2026-11-21");
  await visitor.locator("#fragile").uncheck();
  await visitor.locator("#fast").check();
  await visitor.locator("#editor").pressSequentially(" and more", { delay: 20 });
  await note("a form filled in");
  await visitor.locator("#sort").click();
  await visitor.locator("#replace").click();
  await visitor.locator("#scroller").evaluate((box) => box.scrollTo(0, 700));
  await visitor.locator("#fetch").click();
  await visitor.locator("#log p").last().waitFor();
  await note("rows sorted, replaced, scrolled and fetched");
  await visitor.evaluate("dashboard.restyle(); dashboard.rearrange()");
  await visitor.locator("#menu .nav-link").first().click();
  await visitor.evaluate("window.scrollTo(0, 400)");
  await note("styles, shadow tree and frame changed, nodes moved");
  await visitor.locator("#name").fill("");
  await visitor.evaluate("dashboard.ask()");
  await note("a dialog open");
  await visitor.evaluate('tapedeck.track("the end")');
  expect(countNodes(instants[0]!.dom)).toBeGreaterThan(4_000);

  const app = new App(await (await browser.newContext()).newPage(), server);
  await app.logIn();
  await until(
    "the last events to be readable",
    async () =>
      (await api.session(session)) &&
      (await api.manifest(session)).windows.some(({ lastAt }) => lastAt >= instants.at(-1)!.at),
  );
  await expectSamePictures(app, session, instants);

  await visitor.context().close();
  await until(
    "the session to settle",
    async () => (await api.session(session))?.phase === "settled",
    SETTLE_AFTER_MS * 4,
  );
  await expectSamePictures(app, session, instants);
  await app.page.context().close();
  await site.close();
});
