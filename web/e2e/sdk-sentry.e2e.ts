import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { withoutOptions as reduce } from "./support/dom";
import { ownServer } from "./support/own-server";
import { expectSamePictures } from "./support/replay";
import { sentryReplay, serveSentry } from "./support/sdk-clients";
import { noteInstant, SECRETS, visitShop } from "./support/sdk-visit";
import { storedTexts } from "./support/stored";
import { until } from "./support/wait";

const own = ownServer("sentry");

/** Has what is recorded sent now: what is not sent when a page goes away is lost, as it is with Sentry. */
function flush(page: Page): Promise<void> {
  return page.evaluate("Sentry.getReplay().flush()");
}

async function arrived(session: string, at: number): Promise<void> {
  await until(
    "the last events to be readable",
    async () =>
      (await own.api.session(session)) &&
      (await own.api.manifest(session)).windows.some(({ lastAt }) => lastAt >= at),
    30_000,
  );
}

test.each(["@sentry/browser", "sentry-browser-8"])(
  "%s records a visit, and it plays as it was",
  async (sdk) => {
    const site = await serveSentry(own.url, sdk);
    const context = await own.visitor();
    const page = await context.newPage();
    await page.goto(`${site.url}/shelf`);
    const session = await sentryReplay(page);
    await page.evaluate('Sentry.setUser({ id: "ada", username: "Ada", ip_address: "203.0.113.7" })');
    const instants = await visitShop(page, async () => {
      await until("the visit to last as long as the SDK's shortest, 5 s", async () => {
        await flush(page);
        return own.api.session(session);
      });
    });
    expect(await sentryReplay(page)).toBe(session);

    const [second] = await Promise.all([
      context.waitForEvent("page"),
      page.evaluate('void window.open("/orders")'),
    ]);
    await second.waitForLoadState();
    expect(await sentryReplay(second)).toBe(session);
    const inSecond = [await noteInstant(second, "a second tab")];
    await flush(second);
    await page.bringToFront();
    await page.locator("#tea-9 button").click();
    const back = await noteInstant(page, "back in the first tab");
    await flush(page);
    await arrived(session, back.at);

    const loads = await until("what was recorded of both tabs, and before the reload", async () => {
      const { windows } = await own.api.manifest(session);
      const found = windows.filter(({ fullSnapshots }) => fullSnapshots.length > 0);
      return found.length >= 3 && found;
    });
    expect(loads.map(({ fullSnapshots }) => fullSnapshots.length)).toEqual([1, 1, 1]);
    const app = await own.logIn();
    const compareAll = async () => {
      await expectSamePictures(app, session, instants.slice(0, -1), { window: loads[0]!.id, reduce });
      await expectSamePictures(app, session, [instants.at(-1)!, back], { window: loads[1]!.id, reduce });
      await expectSamePictures(app, session, inSecond, { window: loads[2]!.id, reduce });
    };
    await compareAll();
    expect(await app.page.getByTestId("window-tab").count()).toBe(3);
    expect(await app.page.locator("h1").textContent()).toBe("ada");
    await app.findInPanel("errors", "The pot is broken");
    const { markers } = (await own.api.get(`projects/default/sessions/${session}/markers?kind=error`)) as {
      markers: { data: { name: string; stack: string } }[];
    };
    expect(markers.map(({ data }) => data.name)).toEqual(["Error"]);
    expect(markers[0]!.data.stack).toContain(`${site.url}/site/shop.js:`);

    await context.close();
    await until(
      "the session to settle",
      async () => (await own.api.session(session))?.phase === "settled",
      90_000,
    );
    await compareAll();
    await app.page.context().close();

    const stored = [...(await storedTexts(own.dataDir))];
    expect(stored.filter(([, text]) => text.includes("The pot is broken")).length).toBeGreaterThan(0);
    for (const secret of [...SECRETS, "203.0.113.7"]) {
      expect(stored.filter(([, text]) => text.includes(secret)).map(([file]) => file)).toEqual([]);
    }
    await site.close();
  },
);
