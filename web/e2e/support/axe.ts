import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";

/**
 * What axe finds wrong, once nothing fades in or out any more: contrasts are others until then. The recorded page inside
 * the replay is its author's business, not the app's.
 */
export async function violations(of: Page): Promise<string[]> {
  await of.waitForFunction(() =>
    document
      .getAnimations()
      .every(
        ({ effect, playState }) =>
          playState !== "running" || effect?.getComputedTiming().endTime === Infinity,
      ),
  );
  const { violations: found } = await new AxeBuilder({ page: of }).exclude("iframe").analyze();
  return found.flatMap(({ id, impact, nodes }) =>
    nodes.map(({ target, any }) =>
      [`${id} (${impact}): ${target.join(" ")}`, ...any.map(({ message }) => message)].join("; "),
    ),
  );
}
