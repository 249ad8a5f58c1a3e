// @vitest-environment jsdom
import { expect, test } from "vitest";
import type { View } from "../../api/types";
import { byTestId, click, draw, drawsInJsdom, serve } from "../../test/rendering";
import { WatchedBy } from "../panel/WatchedBy";

drawsInJsdom();

const HOUR_MS = 3_600_000;

function view(viewer: string, more: Partial<View> = {}): View {
  const at = Date.now() - 2 * HOUR_MS;
  return { viewer, kind: "person", madeBy: null, firstAt: at, lastAt: at, times: 1, ...more };
}

/** A server on which these have watched, for ada. */
function withViews(...views: View[]) {
  return serve(({ path }) => (path.endsWith("/me") ? { name: "ada", role: "viewer" } : { views }));
}

const drawIt = () => draw(<WatchedBy project="my shop" session="s1" />);
const rows = () => [...document.querySelectorAll("[data-testid=viewer]")].map((row) => row.textContent);

test("who has watched is told with when last and how often", async () => {
  const asked = withViews(view("bob", { times: 3 }), view("ada"));
  await drawIt();
  expect(asked.some(({ path }) => path.endsWith("/api/v1/projects/my%20shop/sessions/s1/views"))).toBe(true);
  expect(rows()).toEqual(["bob2 hr. ago, 3 times", "ada (you)2 hr. ago, once"]);
  expect(document.querySelector("time")!.title).toMatch(/\d{2}:\d{2}:\d{2}/);
});

test("programs and links are not taken for people", async () => {
  withViews(
    view("ada", { kind: "token" }),
    view("x1", { kind: "share", madeBy: "bob" }),
    view("x2", { kind: "share" }),
  );
  await drawIt();
  expect(rows().map((row) => row!.replace(/2 hr.*/, ""))).toEqual([
    "ada (API token)",
    "Somebody with a link from bob",
    "Somebody with a link",
  ]);
});

test("nobody is somebody to tell of", async () => {
  withViews();
  await drawIt();
  expect(document.body.textContent).toContain("Nobody yet");
});

test("the many are shown when asked for", async () => {
  withViews(...Array.from({ length: 25 }, (_, i) => view(`p${i}`)));
  await drawIt();
  expect(rows()).toHaveLength(10);
  await click(byTestId("viewers-all"));
  expect(rows()).toHaveLength(25);
  expect(document.querySelector("[data-testid=viewers-all]")).toBeNull();
});

test("what went wrong is said, and the rest can be tried again", async () => {
  let refused = true;
  serve(({ path }) => (path.endsWith("/me") ? 401 : refused ? 404 : { views: [view("bob")] }));
  await drawIt();
  expect(rows()).toEqual([]);
  refused = false;
  await click([...document.querySelectorAll("button")].at(-1)!);
  expect(rows()).toHaveLength(1);
});
