import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { Api } from "./support/api";
import { App } from "./support/app";
import { violations } from "./support/axe";
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
