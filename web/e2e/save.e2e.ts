import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { Api } from "./support/api";
import { App } from "./support/app";
import { violations } from "./support/axe";
import { launch } from "./support/browser";
import { added, custom, element, page } from "./support/recording";
import { until } from "./support/wait";

const server = inject("server");
const SESSION = "to-be-saved";
let browser: Browser;
let at: number;
let folder: string;

beforeAll(async () => {
  browser = await launch();
  folder = await mkdtemp(join(tmpdir(), "tapedeck-save-"));
  at = Date.now() - 60_000;
  const api = new Api(server);
  await api.upload(SESSION, [
    ...page(at, [
      element("h1", {}, "Recorded </script> page"),
      element("img", { src: "https://site.example/logo.png" }),
      element("script", { src: "https://site.example/own.js" }),
    ]),
    added(at + 5_000, element("p", { id: "later" }, "What came later")),
    custom(at + 7_000, "signed up", { plan: "small" }),
    added(at + 20_000, element("p", { id: "last" }, "What came last")),
  ]);
  await until("the session in the list", () => api.session(SESSION));
});
afterAll(async () => {
  await browser.close();
  await rm(folder, { recursive: true });
});

test("a session saved as a file plays without a server, and asks nobody for anything", async () => {
  const app = new App(await (await browser.newContext()).newPage(), server);
  await app.logIn();
  await app.open(SESSION);
  await app.page.getByTestId("session-menu").click();
  await app.page.getByTestId("session-save").click();
  await app.page.getByTestId("session-save").waitFor({ state: "hidden" });
  expect(await violations(app.page)).toEqual([]);
  const downloading = app.page.waitForEvent("download");
  await app.page.getByTestId("save-start").click();
  const download = await downloading;
  expect(download.suggestedFilename()).toBe(`tapedeck-${SESSION}.html`);
  await app.page.getByTestId("save-dialog").waitFor({ state: "detached" });
  const file = join(folder, download.suggestedFilename());
  await download.saveAs(file);
  expect(await readFile(file, "utf8")).toContain("default-src 'none'");

  const context = await browser.newContext({ offline: true });
  const saved = new App(await context.newPage(), server);
  const asked: string[] = [];
  const complaints: string[] = [];
  saved.page.on("request", (request) => asked.push(request.url()));
  saved.page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  saved.page.on("pageerror", (error) => complaints.push(String(error)));
  const address = pathToFileURL(file).href;
  await saved.page.goto(address);
  await saved.page.waitForFunction(() => window.__tapedeckPlayer?.ready === true);
  await saved.page.getByTestId("saved-at").waitFor();
  await saved.seekTo(at + 10_000);
  expect(await saved.player()).toMatchObject({ lost: { missing: 0, unusable: 0, surplus: 0 } });
  const replay = await saved.replayFrame();
  expect(await replay.locator("h1").textContent()).toBe("Recorded </script> page");
  expect(await replay.locator("#later").count()).toBe(1);
  expect(await replay.locator("#last").count()).toBe(0);
  await saved.findInPanel("activity", "signed up");
  for (const tab of ["console", "network", "errors", "details"]) {
    await saved.page.getByTestId(`tab-${tab}`).click();
  }
  expect(await violations(saved.page)).toEqual([]);
  expect(asked.filter((url) => url !== address && !/^(data|blob|about):/.test(url))).toEqual([]);
  expect(complaints).toEqual([]);
  await context.close();
  await app.page.context().close();
});
