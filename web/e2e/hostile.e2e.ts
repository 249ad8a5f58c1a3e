import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { Api } from "./support/api";
import { App } from "./support/app";
import { launch } from "./support/browser";
import { hostileRecordings } from "./support/hostile";
import { serve, type Site } from "./support/site";
import { until } from "./support/wait";

const server = inject("server");
const api = new Api(server);
const BEGUN = Date.now() - 60_000;
const NAMES = Object.keys(hostileRecordings("", 0));

let browser: Browser;
let canary: Site;
let app: App;
let recordings: Record<string, unknown[]>;
const told: string[] = [];
const ran: string[] = [];
const foreign: string[] = [];

beforeAll(async () => {
  browser = await launch();
  canary = await serve((request, response) => {
    told.push(request.url ?? "");
    response.writeHead(200, { "Access-Control-Allow-Origin": "*" }).end();
  });
  await hearCanary();
  recordings = hostileRecordings(canary.url, BEGUN);
  app = new App(await (await browser.newContext()).newPage(), server);
  watch(app.page);
  await app.logIn();
});

afterAll(async () => {
  await browser.close();
  await canary.close();
});

/** What a page may do that nothing keeps from it, the canary hears. */
async function hearCanary(): Promise<void> {
  const control = await browser.newPage();
  await control.setContent(`<img src="${canary.url}/leak/control">`);
  await until("the canary to be told", () => Promise.resolve(told.includes("/leak/control")));
  await control.close();
  told.length = 0;
}

/** Notes everything that a harmless replay never does. */
function watch(page: Page): void {
  page.on("dialog", (dialog) => {
    ran.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("console", (message) => {
    if (/^pwned/.test(message.text())) {
      ran.push("console");
    }
  });
  page.context().on("page", (opened) => ran.push(`opened ${opened.url()}`));
  page.context().on("request", (request) => {
    if (!/^(data|blob|about):/.test(request.url()) && !request.url().startsWith(`${server}/`)) {
      foreign.push(request.url());
    }
  });
}

describe("a hostile recording is played, and nothing comes of it:", () => {
  test.each(NAMES)("%s", async (name) => {
    const session = `hostile-${name.replaceAll(" ", "-")}`;
    await api.upload(session, recordings[name]!);
    await until("the session in the list", () => api.session(session));
    const address = `${server}/app/p/default/s/${session}`;
    await app.page.goto(address);
    await until("the replay to show", () =>
      app.page.evaluate(() =>
        Boolean(window.__tapedeckPlayer?.iframe()?.contentDocument?.body?.childNodes.length),
      ),
    );
    for (const at of [50, 1_000, 1_900]) {
      await app.seekTo(BEGUN + at);
    }
    await app.page.evaluate(() => window.__tapedeckPlayer!.seek(0));
    await app.play();
    await clickWhatIsOffered(app.page);
    await app.play();
    await until("the replay to end", async () => (await app.player()).currentTimeMs >= 1_900);

    const state = await app.page.evaluate(() => ({
      flag: "pwned" in window,
      polluted: "polluted" in {},
      sandbox: window.__tapedeckPlayer!.iframe()!.getAttribute("sandbox"),
      scripts: window.__tapedeckPlayer!.iframe()!.contentDocument!.querySelectorAll("script").length,
    }));
    expect(state).toEqual({ flag: false, polluted: false, sandbox: "allow-same-origin", scripts: 0 });
    expect(app.page.url().split("?")[0]).toBe(address);
    expect(ran).toEqual([]);
    expect(foreign).toEqual([]);
    expect(told).toEqual([]);
  });
});

/** With the mouse where the app lets it through, and by script as if it did. */
async function clickWhatIsOffered(page: Page): Promise<void> {
  const box = await page.evaluate(() => {
    const frame = window.__tapedeckPlayer!.iframe()!;
    const offered = frame.contentDocument!.querySelector<HTMLElement>("#click-me");
    if (!offered) {
      return null;
    }
    offered.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
    const outer = frame.getBoundingClientRect();
    const inner = offered.getBoundingClientRect();
    const scale = outer.width / (frame.offsetWidth || outer.width);
    return { x: outer.x + (inner.x + 3) * scale, y: outer.y + (inner.y + 3) * scale };
  });
  if (box) {
    await page.mouse.click(box.x, box.y);
    await page.mouse.click(box.x, box.y, { button: "middle" });
  }
}
