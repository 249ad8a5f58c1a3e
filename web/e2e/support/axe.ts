import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";

/** What axe finds wrong. The recorded page inside the replay is its author's business, not the app's. */
export async function violations(of: Page): Promise<string[]> {
  const { violations: found } = await new AxeBuilder({ page: of }).exclude("iframe").analyze();
  return found.flatMap(({ id, impact, nodes }) =>
    nodes.map((node) => `${id} (${impact}): ${node.target.join(" ")}`),
  );
}
