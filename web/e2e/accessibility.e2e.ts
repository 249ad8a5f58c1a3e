import { AxeBuilder } from "@axe-core/playwright";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { Api } from "./support/api";
import { App } from "./support/app";
import { launch } from "./support/browser";
import { custom, element, page, plugin } from "./support/recording";
import { until } from "./support/wait";

const server = inject("server");
const SESSION = "accessibility";
let browser: Browser;
let app: App;

beforeAll(async () => {
  browser = await launch();
  app = new App(await (await browser.newContext()).newPage(), server);
  const at = Date.now() - 60_000;
  const api = new Api(server);
  await api.upload(SESSION, [
    ...page(at, [element("h1", {}, "Recorded page")]),
    plugin(at + 500, "rrweb/console@1", { level: "error", trace: [], payload: ['"An error"'] }),
    custom(at + 1_000, "signed up", { plan: "small" }),
  ]);
  await until("the session in the list", () => api.session(SESSION));
});

afterAll(() => browser.close());

/** The recorded page inside the replay is its author's business, not the app's. */
async function violations(of: Page): Promise<string[]> {
  const { violations: found } = await new AxeBuilder({ page: of }).exclude("iframe").analyze();
  return found.flatMap(({ id, impact, nodes }) =>
    nodes.map((node) => `${id} (${impact}): ${node.target.join(" ")}`),
  );
}

test("login, list and replay have no accessibility violations", async () => {
  await app.page.goto(`${server}/app/`);
  await app.page.getByTestId("login-form").waitFor();
  expect(await violations(app.page)).toEqual([]);

  await app.logIn();
  await app.row(SESSION).waitFor();
  expect(await violations(app.page)).toEqual([]);

  await app.open(SESSION);
  expect(await violations(app.page)).toEqual([]);
});
