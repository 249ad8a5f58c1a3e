import type { BrowserContext } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { App } from "./support/app";
import { OwnServer } from "./support/own-server";
import { element, page } from "./support/recording";
import { until } from "./support/wait";

/** More than two pages of the list. */
const SESSIONS = 120;

const own = new OwnServer("list", {});
let context: BrowserContext;
let app: App;

beforeAll(async () => {
  await own.open();
  const start = Date.now() - 3_600_000;
  await Promise.all(
    Array.from({ length: SESSIONS }, (_, index) => upload(`seen-${index}`, start + index * 1_000)),
  );
  await until("all sessions in the list", async () => (await own.api.sessions()).length === SESSIONS);
  context = await own.browser.newContext({ viewport: { width: 1280, height: 800 } });
  app = new App(await context.newPage(), own.url);
  await app.logIn();
});

beforeEach(async () => {
  await app.page.setViewportSize({ width: 1280, height: 800 });
  await app.page.goto(`${own.url}/app/p/default`);
  await app.row(`seen-${SESSIONS - 1}`).waitFor();
});

afterAll(() => own.close());

function upload(session: string, at: number): Promise<void> {
  return own.api.upload(session, page(at, [element("h1", {}, "Recorded page")]));
}

test("a session that comes while the list is read moves nothing until it is asked for", async () => {
  const first = app.page.getByTestId("session-row").first();
  await upload("fresh", Date.now());
  await app.page.getByTestId("new-sessions").waitFor();
  expect(await first.getAttribute("data-session-id")).toBe(`seen-${SESSIONS - 1}`);

  await app.page.getByTestId("new-sessions").click();
  await app.row("fresh").waitFor();
  expect(await first.getAttribute("data-session-id")).toBe("fresh");
});

test("who comes back from a replay finds the place that they left", async () => {
  const row = app.row("seen-30");
  await until("the row of a later page", async () => {
    await app.page.mouse.wheel(0, 2_000);
    return (await row.count()) > 0;
  });
  await row.scrollIntoViewIfNeeded();
  const top = () => app.page.evaluate(() => scrollY);
  const before = await top();
  expect(before).toBeGreaterThan(1_000);

  for (const back of [() => app.page.goBack(), () => app.page.getByLabel("Back to all sessions").click()]) {
    await row.getByText("seen-30", { exact: true }).click();
    await app.page.getByLabel("Back to all sessions").waitFor();
    await back();
    await row.waitFor();
    expect(Math.abs((await top()) - before)).toBeLessThan(100);
  }
});

test("an id can be selected, and the row opens from it in another tab, too", async () => {
  const id = app.row("seen-118").getByText("seen-118", { exact: true });
  const box = (await id.boundingBox())!;
  await app.page.mouse.move(box.x + 1, box.y + box.height / 2);
  await app.page.mouse.down();
  await app.page.mouse.move(box.x + box.width - 2, box.y + box.height / 2, { steps: 5 });
  await app.page.mouse.up();
  expect(await app.page.evaluate(() => String(getSelection()).trim())).toBe("seen-118");
  expect(new URL(app.page.url()).pathname).toBe("/app/p/default");

  await app.page.evaluate(() => getSelection()!.removeAllRanges());
  const opened = context.waitForEvent("page");
  await id.click({ button: "middle" });
  const tab = await opened;
  await tab.waitForURL("**/p/default/s/seen-118");
  await tab.close();
});

test("on a narrow screen nothing scrolls sideways, and the entry page is to be seen", async () => {
  for (const width of [860, 390]) {
    await app.page.setViewportSize({ width, height: 844 });
    expect(await app.page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    const entry = app.row("seen-118").getByText("hostile.test", { exact: true });
    expect((await entry.boundingBox())!.width).toBeGreaterThan(50);
  }
});
