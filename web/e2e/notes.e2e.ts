import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { Api } from "./support/api";
import { App } from "./support/app";
import { violations } from "./support/axe";
import { launch } from "./support/browser";
import { added, custom, element, page } from "./support/recording";
import { until } from "./support/wait";

const server = inject("server");
const SESSION = "noted";
const MOMENT_MS = 10_000;
const SAYS = "card declined <b>here</b>";
let browser: Browser;
let at: number;

beforeAll(async () => {
  browser = await launch();
  at = Date.now() - 60_000;
  const api = new Api(server);
  await api.upload(SESSION, [
    ...page(at, [element("h1", {}, "Recorded page")]),
    added(at + 5_000, element("p", { id: "later" }, "What came later")),
    added(at + 20_000, element("p", { id: "last" }, "What came last")),
  ]);
  await until("the session in the list", () => api.session(SESSION));
});
afterAll(() => browser.close());

test("a note is written at a moment, leads back to it, and is deleted", async () => {
  const app = new App(await (await browser.newContext()).newPage(), server);
  await app.logIn();
  await app.open(SESSION);
  await app.seekTo(at + MOMENT_MS);
  await app.page.getByTestId("tab-notes").click();
  // Keys that steer the player elsewhere are letters here.
  await app.page.getByTestId("note-text").pressSequentially(SAYS);
  expect(await app.player()).toMatchObject({ status: "paused", currentTimeMs: MOMENT_MS });
  expect(await app.page.getByTestId("note-add").textContent()).toBe("Add note at 0:10");
  expect(await violations(app.page)).toEqual([]);
  await app.page.getByTestId("note-add").click();
  await app.page.getByTestId("note-row").waitFor();

  await app.page.reload();
  await app.page.waitForFunction(() => window.__tapedeckPlayer?.ready === true);
  await app.seekTo(at);
  await app.page.getByTestId("tab-notes").click();
  const note = app.page.getByTestId("note-row");
  expect(await note.getByTestId("note-says").textContent()).toBe(SAYS);
  expect(await note.textContent()).toContain("admin");
  expect(await note.getByTestId("note-time").textContent()).toBe("Go to 0:10");
  await note.getByTestId("note-time").click();
  await until("the replay at the note", async () => (await app.player()).currentTimeMs === MOMENT_MS);
  const replay = await app.replayFrame();
  expect(await replay.locator("#later").count()).toBe(1);
  expect(await replay.locator("#last").count()).toBe(0);

  await app.seekTo(at);
  const mark = app.page.getByTestId("timeline-note");
  expect(await mark.getAttribute("title")).toBe(`Note on 0:10 by admin: ${SAYS}`);
  await mark.click();
  await until("the replay at the mark", async () => (await app.player()).currentTimeMs === MOMENT_MS);
  expect(await violations(app.page)).toEqual([]);

  await note.getByTestId("note-delete").click();
  await app.page.getByTestId("confirm-submit").click();
  await note.waitFor({ state: "detached" });
  expect(await mark.count()).toBe(0);
  expect(await violations(app.page)).toEqual([]);
  await app.page.context().close();
});

test("a note says how long after the session's start its moment is, also if its recording begins later", async () => {
  const session = "noted-before-recording";
  const api = new Api(server);
  await api.upload(session, [custom(at, "before the recording", {})], "beside");
  await api.upload(session, [
    ...page(at + 4_000, [element("h1", {}, "Recorded page")]),
    added(at + 24_000, element("p", {}, "What came last")),
  ]);
  await until("the session from its start", async () => {
    const listed = await api.session(session);
    return listed?.startedAt === at && listed.events === 4;
  });
  const app = new App(await (await browser.newContext()).newPage(), server);
  await app.logIn();
  await app.open(session);
  await app.seekTo(at + MOMENT_MS);
  await app.page.getByTestId("tab-notes").click();
  await app.page.getByTestId("note-text").pressSequentially("here");
  await app.page.getByTestId("note-add").click();
  await app.page.getByTestId("note-row").waitFor();

  expect(await api.get(`projects/default/sessions/${session}/notes`)).toMatchObject({
    notes: [{ text: "here", atMs: MOMENT_MS }],
  });
  await app.seekTo(at + 4_000);
  await app.page.getByTestId("note-time").click();
  await until("the replay at the note", async () => (await app.player()).currentTimeMs === MOMENT_MS - 4_000);
  await app.page.context().close();
});
