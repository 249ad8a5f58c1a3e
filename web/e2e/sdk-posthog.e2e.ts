import { describe, expect, test } from "vitest";
import { withoutBlankText } from "./support/dom";
import { ownServer } from "./support/own-server";
import { expectSamePictures, type Instant } from "./support/replay";
import { posthogRecording, servePosthog } from "./support/sdk-clients";
import { noteInstant, SECRETS, visitShop } from "./support/sdk-visit";
import { storedTexts } from "./support/stored";
import { until } from "./support/wait";

/** It sends every 5 s. */
const SENT_WITHIN_MS = 20_000;

const own = ownServer("posthog", { TAPEDECK_SETTLE_AFTER: "15s" });

async function arrived(session: string, window: string, instants: readonly Instant[]): Promise<void> {
  await until(
    `the first and the last events of ${window} to be readable`,
    async () =>
      (await own.api.session(session)) &&
      (await own.api.manifest(session)).windows.some(
        ({ id, fullSnapshots: [first], lastAt }) =>
          id === window && first! <= instants[0]!.at && lastAt >= instants.at(-1)!.at,
      ),
    SENT_WITHIN_MS,
  );
}

describe.each(["snippet", "posthog-js", "posthog-js-1"] as const)("PostHog's SDK (%s)", (from) => {
  test("records a visit in two tabs, and it plays as it was", async () => {
    const site = await servePosthog(own.url, from);
    const context = await own.visitor();
    const page = await context.newPage();
    await page.goto(`${site.url}/shelf`);
    const first = await posthogRecording(page);
    const instants = await visitShop(page, async () => {
      await page.evaluate('posthog.identify("ada", { plan: "pro" })');
      // What is being sent when the page is reloaded is cut off, and the client does not send it again.
      await until(
        "the visitor's name to arrive",
        async () => JSON.stringify((await own.api.session(first.session))?.user?.traits) === '{"plan":"pro"}',
        SENT_WITHIN_MS,
      );
      await page.evaluate('posthog.capture("Looked around", { teas: 60 })');
    });
    await posthogRecording(page);
    const second = await context.newPage();
    await second.goto(`${site.url}/orders`);
    const other = await posthogRecording(second);
    expect(other.session).toBe(first.session);
    expect(other.window).not.toBe(first.window);
    await second.locator("#gift").check();
    const inSecond = [await noteInstant(second, "a second tab")];
    await second.locator("#log").click();
    await page.bringToFront();
    await page.locator("#tea-9 button").click();
    instants.push(await noteInstant(page, "back in the first tab"));
    await page.locator("#tea-10 button").click();
    await arrived(first.session, first.window, instants);
    await arrived(first.session, other.window, inSecond);

    const app = await own.logIn();
    const compare = async () => {
      await expectSamePictures(app, first.session, instants, {
        window: first.window,
        reduce: withoutBlankText,
      });
      await expectSamePictures(app, first.session, inSecond, {
        window: other.window,
        reduce: withoutBlankText,
      });
    };
    await compare();
    expect(await app.page.locator("h1").textContent()).toBe("ada");
    await app.findInPanel("activity", "Looked around");
    await app.findInPanel("activity", "/orders");
    await app.findInPanel("console", "The kettle is cold");
    await app.findInPanel("network", "no-such-tea.json");
    await app.findInPanel("errors", "The pot is broken");

    await context.close();
    await until(
      "the session to settle",
      async () => (await own.api.session(first.session))?.phase === "settled",
      90_000,
    );
    await compare();
    const { user, counts, sdk } = (await own.api.session(first.session))!;
    expect(user).toMatchObject({ id: "ada", traits: { plan: "pro" } });
    expect(sdk).toMatch(from === "posthog-js-1" ? /^posthog\/1\.2\d+/ : /^posthog\/1\.4\d+/);
    expect(counts).toMatchObject({ errors: 1, customEvents: 1 });
    await app.page.context().close();
    await site.close();

    const stored = [...(await storedTexts(own.dataDir))];
    expect(stored.filter(([, text]) => text.includes("Looked around")).length).toBeGreaterThan(0);
    for (const secret of SECRETS) {
      expect(stored.filter(([, text]) => text.includes(secret)).map(([file]) => file)).toEqual([]);
    }
  });
});
