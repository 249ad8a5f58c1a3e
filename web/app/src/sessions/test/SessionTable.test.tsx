// @vitest-environment jsdom
import { act } from "react";
import { Route, Routes, useLocation } from "react-router";
import { afterEach, expect, test } from "vitest";
import type { Session } from "../../api/types";
import { byTestId, click, draw, drawsInJsdom, fire } from "../../test/rendering";
import { SessionTable } from "../SessionTable";

drawsInJsdom();
afterEach(() => getSelection()?.removeAllRanges());

const COUNTS = { clicks: 3, rageClicks: 0, errors: 0, consoleErrors: 0, failedRequests: 0 };
const SESSION = {
  id: "s-1",
  user: { id: "ada", traits: null },
  entryUrl: "https://shop.example/cart?step=2",
  startedAt: 0,
  durationMs: 1,
  counts: COUNTS,
} as Session;

const drawList = () =>
  draw(
    <Routes>
      <Route path="/p/shop" element={<SessionTable project="shop" sessions={[SESSION]} now={0} />} />
      <Route path="*" element={<Where />} />
    </Routes>,
    "/p/shop",
  );

function Where() {
  return <p data-testid="where">{useLocation().pathname}</p>;
}

const titled = (title: string) => document.querySelector<HTMLElement>(`td div[title="${title}"]`)!;

test("texts above the row's link say all of what they show, and a click on them opens the row", async () => {
  await drawList();
  expect(titled("s-1").textContent).toBe("s-1");
  expect(titled("https://shop.example/cart?step=2").textContent).toBe("/cart?step=2");
  await click(titled("ada"));
  expect(byTestId("where").textContent).toBe("/p/shop/s/s-1");
});

test("selecting an id does not open the row", async () => {
  await drawList();
  const id = titled("s-1");
  act(() => getSelection()!.selectAllChildren(id));
  await click(id);
  byTestId("session-table");
});

test("a click on a text with a key or the middle button is one on the row's link", async () => {
  await drawList();
  const clicks: MouseEvent[] = [];
  const link = document.querySelector("a")!;
  link.addEventListener("click", (event) => {
    clicks.push(event);
    event.preventDefault();
  });
  await fire(titled("ada"), new MouseEvent("click", { bubbles: true, cancelable: true, ctrlKey: true }));
  await fire(titled("ada"), new MouseEvent("auxclick", { bubbles: true, cancelable: true, button: 1 }));
  await fire(titled("ada"), new MouseEvent("auxclick", { bubbles: true, cancelable: true, button: 2 }));
  expect(clicks.map(({ ctrlKey, button }) => [ctrlKey, button])).toEqual([
    [true, 0],
    [false, 1],
  ]);
});
