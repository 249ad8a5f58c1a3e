import type { Page } from "playwright-core";
import { until } from "./wait";

/** The address that the page's recorder gives for its session, once it records. */
export function sessionUrlOf(page: Page): Promise<string> {
  return until("the recorder to record", () =>
    page.evaluate(() => {
      const recorder = window.tapedeck as { sessionUrl?: () => string | null } | undefined;
      return recorder?.sessionUrl?.() ?? null;
    }),
  );
}

/** The session that the page records into. */
export async function sessionOf(page: Page): Promise<string> {
  return new URL(await sessionUrlOf(page)).pathname.split("/").at(-1)!;
}

/** Puts an event on the page's timeline. */
export function track(page: Page, name: string): Promise<void> {
  return page.evaluate((event) => (window.tapedeck as { track(name: string): void }).track(event), name);
}
