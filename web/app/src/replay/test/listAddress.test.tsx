// @vitest-environment jsdom
import { Route, Routes } from "react-router";
import { beforeEach, expect, test } from "vitest";
import { SessionTable } from "../../sessions/SessionTable";
import { click, draw, drawsInJsdom, serve } from "../../test/rendering";
import { ReplayHeader } from "../ReplayHeader";
import { SESSION } from "./fakes";

drawsInJsdom();
beforeEach(() => void serve(() => ({ name: "ada", role: "viewer" })));

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
