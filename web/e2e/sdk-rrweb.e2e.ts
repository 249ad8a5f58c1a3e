import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ownServer } from "./support/own-server";
import { expectSamePictures } from "./support/replay";
import { bundle, recipe, serveShop } from "./support/sdk-site";
import { noteInstant, SECRETS, visitShop } from "./support/sdk-visit";
import { WRITE_KEY } from "./support/server";
import type { Site } from "./support/site";
import { storedTexts } from "./support/stored";
import { until } from "./support/wait";

const own = ownServer("rrweb", { TAPEDECK_SETTLE_AFTER: "10s" });
let site: Site;

beforeAll(async () => {
  const sdk = await bundle(await recipe("rrweb by itself", "js", own.url, WRITE_KEY));
  site = await serveShop('<script type="module" src="/sdk.js"></script>', { "/sdk.js": sdk });
});
afterAll(() => site.close());

async function sessionOf(page: Page): Promise<string> {
  const saved = await until("the recipe to record", () =>
    page.evaluate<string | null>('localStorage.getItem("rrweb-session")'),
  );
  return (JSON.parse(saved) as { session: string }).session;
}

test("the recipe for rrweb records a visit in two tabs, and it plays as it was", async () => {
  const context = await own.visitor();
  const page = await context.newPage();
  let refused = false;
  await page.route("**/ingest/v1/rrweb*", async (route) => {
    if (refused) await route.continue();
    else await route.fulfill({ status: 503, headers: { "Access-Control-Allow-Origin": "*" } });
    refused = true;
  });
  const posted = page.waitForRequest((request) => request.url().includes("/ingest/v1/rrweb"));
  await page.goto(`${site.url}/shelf`);
  const session = await sessionOf(page);
  const first = new URL((await posted).url()).searchParams.get("window")!;
  const instants = await visitShop(page, () => Promise.resolve());
  await page.locator("#tea-10 button").click();

  const second = await context.newPage();
  const postedToo = second.waitForRequest((request) => request.url().includes("/ingest/v1/rrweb"));
  await second.goto(`${site.url}/orders`);
  expect(await sessionOf(second)).toBe(session);
  const inSecond = [await noteInstant(second, "a second tab")];
  await second.locator("#gift").check();
  const other = new URL((await postedToo).url()).searchParams.get("window")!;
  expect(other).not.toBe(first);
  // The context stays, or it might take with it what pages send as they close.
  await Promise.all([page.close(), second.close()]);

  await until("all to arrive", async () => {
    const { windows } = (await own.api.session(session)) ? await own.api.manifest(session) : { windows: [] };
    return [
      [first, instants],
      [other, inSecond],
    ].every(([id, noted]) =>
      windows.some((window) => window.id === id && window.lastAt >= (noted as typeof instants).at(-1)!.at),
    );
  });
  await context.close();
  const app = await own.logIn();
  await expectSamePictures(app, session, instants, { window: first });
  await expectSamePictures(app, session, inSecond, { window: other });
  await until(
    "the session to settle",
    async () => (await own.api.session(session))?.phase === "settled",
    60_000,
  );
  await expectSamePictures(app, session, instants, { window: first });
  await expectSamePictures(app, session, inSecond, { window: other });
  await app.page.context().close();
  const lines = await own.api.events(session);
  expect(new Set(lines).size).toBe(lines.length);
  expect(lines.some((line) => line.includes('"v":"v1"'))).toBe(false);

  const stored = [...(await storedTexts(own.dataDir))];
  expect(stored.filter(([, text]) => text.includes("Tea shop")).length).toBeGreaterThan(0);
  for (const secret of SECRETS) {
    expect(stored.filter(([, text]) => text.includes(secret)).map(([file]) => file)).toEqual([]);
  }
});
