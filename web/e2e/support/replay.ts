import { expect } from "vitest";
import type { App } from "./app";
import { compareDom, readDom, type DomNode } from "./dom";

/** What a page was at an instant of its recording. */
export interface Instant {
  readonly name: string;
  readonly at: number;
  readonly dom: DomNode;
}

/** A page may have its scrolling drawn out by a style, in the replay too. */
const SETTLING_MS_MAX = 3_000;

interface Comparison {
  /** Which window, if the session has several. */
  readonly window?: string;
  /** What of a page is compared. */
  readonly reduce?: (dom: DomNode) => DomNode;
}

/**
 * Opens a session and compares what it shows at each instant, seeking backwards as well as forwards: a picture must not
 * depend on the way there.
 */
export async function expectSamePictures(
  app: App,
  session: string,
  instants: readonly Instant[],
  { window, reduce = (dom) => dom }: Comparison = {},
): Promise<void> {
  await app.open(session);
  if (window) {
    await app.page.locator(`[data-testid=window-tab][data-window-id="${window}"]`).click();
  }
  const differences: string[] = [];
  for (const { name, at, dom } of [...instants, ...instants.slice(0, -1).reverse()]) {
    await app.seekTo(at);
    let found = compareDom(reduce(dom), reduce(await readReplay(app)));
    for (const deadline = Date.now() + SETTLING_MS_MAX; found.length > 0 && Date.now() < deadline;) {
      await app.page.waitForTimeout(200);
      found = compareDom(reduce(dom), reduce(await readReplay(app)));
    }
    differences.push(...found.map((difference) => `${name}: ${difference}`));
  }
  expect(differences.slice(0, 40)).toEqual([]);
  expect((await app.player()).lost).toEqual({ missing: 0, unusable: 0, surplus: 0 });
}

async function readReplay(app: App): Promise<DomNode> {
  const read = `(${readDom.toString()})(window.__tapedeckPlayer.iframe().contentDocument, "replay")`;
  return (await app.page.evaluate(read)) as DomNode;
}
