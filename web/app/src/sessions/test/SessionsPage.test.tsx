// @vitest-environment jsdom
import { act } from "react";
import { Route, Routes } from "react-router";
import { beforeEach, expect, test, vi } from "vitest";
import { queryClient } from "../../api/queries";
import { type Asked, byTestId, click, draw, drawsInJsdom, serve, settled } from "../../test/rendering";
import { SessionsPage } from "../SessionsPage";

const COUNTS = {
  clicks: 0,
  rageClicks: 0,
  deadClicks: 0,
  errors: 0,
  consoleErrors: 0,
  failedRequests: 0,
  navigations: 0,
  customEvents: 0,
};

drawsInJsdom();

let asked: Asked[];
let answer: (cursor: string | null) => object | number;

beforeEach(() => {
  asked = serve(({ path, query }) => {
    if (path.endsWith("/me")) return { name: "ada", role: "admin" };
    return path.endsWith("/sessions") ? answer(query.get("cursor")) : { projects: [] };
  });
  answer = () => page(null);
});

function page(nextCursor: string | null): object {
  const session = { id: `before ${nextCursor}`, phase: "live", startedAt: 0, durationMs: 1, counts: COUNTS };
  return { sessions: [session], nextCursor };
}

const open = (search = "") =>
  draw(
    <Routes>
      <Route path="/p/:project" element={<SessionsPage />} />
    </Routes>,
    `/p/shop${search}`,
  );
const nextPages = () => asked.filter(({ query }) => query.has("cursor")).length;
const notices = () => document.querySelectorAll("[role=alert]").length;

test("a list that can't be had any more stays, and that is said", async () => {
  await open();
  expect(notices()).toBe(0);
  answer = () => 404;
  await act(() => queryClient.invalidateQueries({ queryKey: ["sessions"] }));
  await settled();

  expect(byTestId("session-row")).toBeTruthy();
  expect(notices()).toBe(1);
});

test("a next page that was refused is asked for again only by hand", async () => {
  answer = (cursor) => (cursor === null ? page("c1") : 400);
  vi.stubGlobal("IntersectionObserver", AlwaysInView);
  await open();
  for (let round = 0; round < 5; round++) await settled();
  expect(nextPages()).toBe(1);
  expect(notices()).toBe(1);

  answer = () => page(null);
  await click(byTestId("load-more"));
  expect(nextPages()).toBe(2);
  expect(notices()).toBe(0);
});

test("where no session is of a user, it is said how users are looked for", async () => {
  answer = () => ({ sessions: [], nextCursor: null });
  await open("?user=Ada&rage=1");
  expect(byTestId("no-match").textContent).toContain("user id must be given in full");
});

test("the list before does not pass for the answer to other filters", async () => {
  await open();
  const isBusy = () => !!byTestId("session-table").closest("[aria-busy=true]");
  expect(isBusy()).toBe(false);
  await neverAnswered(() => byTestId("filter-rage").click());
  expect(isBusy()).toBe(true);
  expect(byTestId("session-count").textContent).toBe("");
  expect(document.querySelectorAll("[aria-label='Loading sessions']")).toHaveLength(1);
});

test("nor does it if it had no session", async () => {
  answer = () => ({ sessions: [], nextCursor: null });
  await open("?rage=1");
  byTestId("no-match");
  await neverAnswered(() => byTestId("filter-rage").click());
  expect(document.querySelector("[data-testid=no-match], [data-testid=empty-state]")).toBeNull();
});

async function neverAnswered(ask: () => void): Promise<void> {
  vi.stubGlobal("fetch", () => new Promise(() => undefined));
  await act(async () => ask());
}

class AlwaysInView {
  constructor(private readonly seen: (entries: object[]) => void) {}
  observe(): void {
    this.seen([{ isIntersecting: true }]);
  }
  disconnect(): void {}
}
