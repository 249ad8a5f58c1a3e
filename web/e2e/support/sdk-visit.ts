import type { Page } from "playwright-core";
import { readDom } from "./dom";
import type { Instant } from "./replay";

/** Recorders gather scrolling and moves of the mouse for up to half a second. */
const QUIET_MS = 900;

/** What the visitor types into the shop, none of which may be stored. */
export const SECRETS = ["hunter2-zebra", "4929123412341234", "Ada Lovelace", "Leave it with the neighbour"];

/** What the page is at this very moment. */
export async function noteInstant(page: Page, name: string): Promise<Instant> {
  await page.waitForTimeout(QUIET_MS);
  const [at, dom] = (await page.evaluate(`[Date.now(), (${readDom.toString()})(document, "page")]`)) as [
    number,
    Instant["dom"],
  ];
  await page.waitForTimeout(50);
  return { name, at, dom };
}

/** A visit to the shop: a form, secrets, a page without a load, errors, a request, a reload. */
export async function visitShop(page: Page, beforeReload: () => Promise<void>): Promise<Instant[]> {
  const instants = [await noteInstant(page, "as loaded")];
  await page.locator("#tea-3 button").click();
  await page.locator("#name").fill(SECRETS[2]!);
  await page.locator("#password").pressSequentially(SECRETS[0]!, { delay: 20 });
  await page.locator("#card").pressSequentially(SECRETS[1]!, { delay: 10 });
  await page.locator("#remarks").fill(SECRETS[3]!);
  await page.locator("#port").selectOption("Genoa");
  await page.locator("#gift").check();
  instants.push(await noteInstant(page, "a form filled in"));
  await page.locator("[data-route=orders]").click();
  await page.locator("#pay").click();
  await page.locator("#fetch").click();
  await page.locator("#news li").nth(1).waitFor();
  instants.push(await noteInstant(page, "another page, without a load"));
  await page.locator("#log").click();
  await page.locator("#throw").click();
  await page.evaluate("window.scrollTo(0, 300)");
  instants.push(await noteInstant(page, "scrolled, after errors"));
  await beforeReload();
  await page.reload();
  await page.locator("[data-route=shelf]").click();
  await page.locator("#tea-7 button").click();
  instants.push(await noteInstant(page, "after a reload"));
  return instants;
}
