import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { Api } from "./support/api";
import { App } from "./support/app";
import { violations } from "./support/axe";
import { launch } from "./support/browser";
import { added, custom, element, page } from "./support/recording";
import { until } from "./support/wait";

const server = inject("server");
const SESSION = "to-be-shared";
const LATER_MS = 10_000;
let browser: Browser;
let at: number;

beforeAll(async () => {
  browser = await launch();
  at = Date.now() - 60_000;
  const api = new Api(server);
  await api.upload(SESSION, [
    ...page(at, [element("h1", {}, "Recorded page")]),
    added(at + 5_000, element("p", { id: "later" }, "What came later")),
    custom(at + 7_000, "signed up", { plan: "small" }),
    added(at + 20_000, element("p", { id: "last" }, "What came last")),
  ]);
  await until("the session in the list", () => api.session(SESSION));
});
afterAll(() => browser.close());

test("a link plays one session for somebody without an account, until it is revoked", async () => {
  const app = new App(await (await browser.newContext()).newPage(), server);
  await app.logIn();
  await app.open(SESSION);
  await app.seekTo(at + LATER_MS);
  const url = await share(app.page);
  expect(url).toMatch(new RegExp(`^${server}/app/share/[A-Za-z0-9_-]{43}$`));
  expect(await violations(app.page)).toEqual([]);

  const context = await browser.newContext();
  const guest = new App(await context.newPage(), server);
  const asked: string[] = [];
  guest.page.on("request", (request) => asked.push(request.url()));
  await guest.page.goto(url);
  await guest.page.waitForFunction(() => window.__tapedeckPlayer?.ready === true);
  expect(await guest.player()).toMatchObject({ lost: { missing: 0, unusable: 0, surplus: 0 } });
  expect(Math.round((await guest.player()).currentTimeMs / 1_000)).toBe(LATER_MS / 1_000);
  const replay = await guest.replayFrame();
  expect(await replay.locator("#later").count()).toBe(1);
  expect(await replay.locator("#last").count()).toBe(0);
  await guest.findInPanel("activity", "signed up");
  await guest.page.getByTestId("tab-console").click();
  await guest.page.getByTestId("tab-details").click();
  await guest.play();
  await until("the replay to play on", async () => (await guest.player()).currentTimeMs > LATER_MS + 1_000);
  await guest.pause();
  expect(await violations(guest.page)).toEqual([]);

  // Nothing leads away, and nothing was asked for but what the link opens.
  expect(await guest.page.locator("a").count()).toBe(0);
  for (const own of ["account", "session-menu", "copy-link", "other-recordings", "live-badge", "go-live"]) {
    expect(await guest.page.getByTestId(own).count()).toBe(0);
  }
  const shared = url.replace("/app/share/", "/api/v1/shares/");
  expect(asked.filter((one) => one.includes("/api/") && !one.startsWith(shared))).toEqual([]);
  expect(await context.cookies()).toEqual([]);

  await app.page.getByTestId("share-revoke").click();
  await app.page.getByTestId("share-row").waitFor({ state: "detached" });
  await guest.page.reload();
  await guest.page.getByTestId("share-ended").waitFor();
  expect(await violations(guest.page)).toEqual([]);
  await context.close();
  await app.page.context().close();
});

/** Makes a link that begins where the replay is. */
async function share(page: Page): Promise<string> {
  await page.getByTestId("session-menu").click();
  await page.getByTestId("session-share").click();
  expect(await page.getByTestId("share-start").isChecked()).toBe(true);
  await page.getByTestId("share-lasts").selectOption("1 day");
  await page.getByTestId("share-create").click();
  await page.getByTestId("share-row").waitFor();
  return page.getByTestId("share-link").inputValue();
}
