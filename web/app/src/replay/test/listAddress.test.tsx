// @vitest-environment jsdom
import { Route, Routes } from "react-router";
import { beforeEach, expect, test } from "vitest";
import type { Session } from "../../api/types";
import { SessionTable } from "../../sessions/SessionTable";
import { click, draw, drawsInJsdom, serve } from "../../test/rendering";
import { ReplayHeader } from "../ReplayHeader";

drawsInJsdom();
beforeEach(() => void serve(() => ({ name: "ada", role: "viewer" })));

const SESSION: Session = {
  id: "s1",
  project: "shop",
  user: null,
  startedAt: 0,
  lastEventAt: 1_000,
  durationMs: 1_000,
  activeMs: null,
  phase: "settled",
  restricted: false,
  windows: 1,
  events: 1,
  bytesRaw: null,
  bytesStored: null,
  counts: {
    clicks: 0,
    rageClicks: 0,
    deadClicks: 0,
    errors: 0,
    consoleErrors: 0,
    failedRequests: 0,
    navigations: 0,
    customEvents: 0,
  },
  entryUrl: null,
  exitUrl: null,
  browser: null,
  os: null,
  device: null,
  country: null,
  sdk: null,
  release: null,
  tags: {},
  pinned: false,
  held: false,
  expiresAt: null,
  rev: 1,
  behindMs: null,
};

const APP = (
  <Routes>
    <Route path="/p/:project" element={<SessionTable project="shop" sessions={[SESSION]} now={0} />} />
    <Route
      path="/p/:project/s/:session"
      element={<ReplayHeader project="shop" session={SESSION} player={null} />}
    />
  </Routes>
);

function back(): string | null {
  return document.querySelector('[aria-label="Back to all sessions"]')!.getAttribute("href");
}

test("from a session one comes back to the list as it was filtered and ordered", async () => {
  await draw(APP, "/p/shop?errors=1&sort=-durationMs");
  await click(document.querySelector<HTMLElement>("td a")!);
  expect(back()).toBe("/p/shop?errors=1&sort=-durationMs");
});

test("who came by a link comes to the whole list", async () => {
  await draw(APP, "/p/shop/s/s1?t=5");
  expect(back()).toBe("/p/shop");
});
