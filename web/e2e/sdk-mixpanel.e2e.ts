import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { withoutBlankText } from "./support/dom";
import { ownServer } from "./support/own-server";
import { expectSamePictures, type Instant } from "./support/replay";
import { mixpanelReplay, serveMixpanel } from "./support/sdk-clients";
import { noteInstant, SECRETS, visitShop } from "./support/sdk-visit";
import type { Site } from "./support/site";
import { storedTexts } from "./support/stored";
import { until } from "./support/wait";

/** The SDK sends every 10 s. */
const SENT_WITHIN_MS = 25_000;

const own = ownServer("mixpanel", { TAPEDECK_SETTLE_AFTER: "15s" });
let site: Site;

beforeAll(async () => {
  site = await serveMixpanel(own.url);
});
afterAll(() => site.close());

/** What the page does with its SDK. */
function call(page: Page, code: string): Promise<unknown> {
  return page.evaluate(`void mixpanel.${code}`);
}

/** What is left of a page after a reload is sent later than what comes first of the next. */
async function arrived(session: string, instants: readonly Instant[]): Promise<void> {
  await until(
    "the first and the last events to be readable",
    async () =>
      (await own.api.session(session)) &&
      (await own.api.manifest(session)).windows.some(
        ({ fullSnapshots: [first], lastAt }) => first! <= instants[0]!.at && lastAt >= instants.at(-1)!.at,
      ),
    SENT_WITHIN_MS,
  );
}

test("Mixpanel's SDK records a visit in two tabs, and it plays as it was", async () => {
  const context = await own.visitor();
  const page = await context.newPage();
  await page.goto(`${site.url}/shelf`);
  const session = await mixpanelReplay(page);
  await call(page, 'track("Looked around", { teas: 60 })');
  const instants = await visitShop(page, () => call(page, 'identify("ada")') as Promise<void>);
  expect(await mixpanelReplay(page)).toBe(session);

  const second = await context.newPage();
  await second.goto(`${site.url}/orders`);
  const other = await mixpanelReplay(second);
  expect(other).not.toBe(session);
  const inSecond = [await noteInstant(second, "a second tab")];
  await page.bringToFront();
  await page.locator("#tea-9 button").click();
  instants.push(await noteInstant(page, "back in the first tab"));
  await arrived(session, instants);
  await arrived(other, inSecond);

  const app = await own.logIn();
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
  await until(
    "the session to settle",
    async () => (await own.api.session(session))?.phase === "settled",
    90_000,
  );
  await expectSamePictures(app, session, instants, { reduce: withoutBlankText });
  await app.page.context().close();

  const stored = [...(await storedTexts(own.dataDir))];
  expect(stored.filter(([, text]) => text.includes("Looked around")).length).toBeGreaterThan(0);
  for (const secret of SECRETS) {
    expect(stored.filter(([, text]) => text.includes(secret)).map(([file]) => file)).toEqual([]);
  }
});

test("what could not be stored for a while, or was recorded offline, is complete afterwards", async () => {
  const [refused, offline] = await Promise.all([own.visitor(), own.visitor()]);
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
      return mixpanelReplay(page);
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

  const app = await own.logIn();
  for (const [index, session] of sessions.entries()) {
    // A request that failed is tried again after 20 s.
    await until(`session ${index}`, () => own.api.session(session), 2 * SENT_WITHIN_MS);
    await arrived(session, instants[index]!);
    await expectSamePictures(app, session, instants[index]!, { reduce: withoutBlankText });
    const lines = await own.api.events(session);
    expect(new Set(lines).size).toBe(lines.length);
  }
  await Promise.all([refused.close(), offline.close(), app.page.context().close()]);
});

test("a site that leaves it to the server whether to record gets an answer, and a visitor without a name is one", async () => {
  const remote = await serveMixpanel(own.url, 'remote_settings_mode: "strict", flags: true');
  const context = await own.visitor();
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
    await until("the session to arrive", () => own.api.session(session), SENT_WITHIN_MS);
  }
  const app = await own.logIn();
  await app.open(sessions[0]!);
  expect(await app.page.locator("h1").textContent()).toBe("Anonymous");
  await app.page.getByTestId("other-recordings").click();
  const others = app.page.getByTestId("other-recording");
  await others.first().waitFor();
  expect(await others.evaluateAll((items) => items.map((item) => item.dataset.sessionId))).toEqual([
    sessions[1],
  ]);
  await Promise.all([context.close(), app.page.context().close()]);
  await remote.close();
});
