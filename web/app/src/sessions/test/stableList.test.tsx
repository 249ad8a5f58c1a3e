// @vitest-environment jsdom
import { act } from "react";
import { Route, Routes } from "react-router";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Session } from "../../api/types";
import { type Asked, byTestId, click, draw, drawsInJsdom, serve, settled } from "../../test/rendering";
import { SessionsPage } from "../SessionsPage";

drawsInJsdom();

let asked: Asked[];
/** What the server has, in order, and how many of them make a page. */
let stored: Session[];
let pageSize: number;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "Date"] });
  stored = [];
  pageSize = 2;
  asked = serve(({ path, query }) => {
    if (path.endsWith("/me")) return { name: "ada", role: "viewer" };
    if (!path.endsWith("/sessions")) return { projects: [] };
    const start = stored.findIndex(({ id }) => id === query.get("cursor")) + 1;
    const sessions = stored.slice(start, start + pageSize);
    const hasMore = start + pageSize < stored.length;
    return { sessions, nextCursor: hasMore ? sessions.at(-1)!.id : null };
  });
});
afterEach(() => {
  showTab("visible");
  vi.useRealTimers();
});

function session(id: string, change: Partial<Session> = {}): Session {
  const counts = { clicks: 0, rageClicks: 0, errors: 0, consoleErrors: 0, failedRequests: 0 };
  return { id, rev: 1, phase: "live", startedAt: 0, durationMs: 1_000, counts, ...change } as Session;
}

const sessions = (ids: string) => [...ids].map((id) => session(id));
const rows = () => [...document.querySelectorAll<HTMLElement>("[data-session-id]")];
const listed = () =>
  rows()
    .map((row) => row.dataset["sessionId"])
    .join("");
const notice = () => document.querySelector("[data-testid=new-sessions]")?.textContent;
const listRequests = () => asked.filter(({ path }) => path.endsWith("/sessions"));

const open = (search = "") =>
  draw(
    <Routes>
      <Route path="/p/:project" element={<SessionsPage />} />
    </Routes>,
    `/p/shop${search}`,
  );

async function pass(ms: number): Promise<void> {
  await act(async () => void vi.advanceTimersByTime(ms));
  await settled();
}

function showTab(state: "visible" | "hidden"): void {
  Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
  window.dispatchEvent(new Event("visibilitychange"));
}

test("rows stay where they are, and new sessions are offered", async () => {
  stored = sessions("dcba");
  await open();
  await click(byTestId("load-more"));
  expect(listed()).toBe("dcba");
  expect(notice()).toBeUndefined();

  stored = [session("e"), session("c", { rev: 2, durationMs: 65_000 }), ...sessions("dba")];
  await pass(3_100);
  expect(listed()).toBe("dcba");
  expect(rows()[1]!.textContent).toContain("1:05");
  expect(notice()).toBe("1 new session");

  await click(byTestId("new-sessions"));
  expect(listed()).toBe("ec");
  expect(notice()).toBeUndefined();
  expect(byTestId("session-count").textContent).toBe("2+ sessions");
});

test("what one look has told of a row stays when the next one no longer shows it", async () => {
  stored = sessions("cba");
  await open();
  stored = [session("c", { rev: 2, durationMs: 65_000 }), ...sessions("ba")];
  await pass(3_100);
  stored = sessions("gfcba");
  await pass(3_100);

  expect(listed()).toBe("cb");
  expect(rows()[0]!.textContent).toContain("1:05");
});

test("of a whole page of new sessions it is said that there may be more", async () => {
  pageSize = 50;
  const many = (name: string) => Array.from({ length: 51 }, (_, index) => session(`${name}${index}`));
  stored = many("old");
  await open();
  stored = [...many("new"), ...stored];
  await pass(3_100);
  expect(notice()).toBe("50+ new sessions");
});

test("only the first page is looked at again", async () => {
  stored = sessions("dcba");
  await open();
  await click(byTestId("load-more"));
  const before = listRequests().length;
  await pass(3_100);
  expect(
    listRequests()
      .slice(before)
      .map(({ query }) => query.get("cursor")),
  ).toEqual([null]);
});

test("a first session appears by itself, and so do those that still fit into the page", async () => {
  await open();
  byTestId("empty-state");
  stored = sessions("a");
  await pass(3_100);
  expect(listed()).toBe("a");
  stored = sessions("ba");
  await pass(3_100);
  expect(listed()).toBe("ba");
  expect(notice()).toBeUndefined();
});

test("a search is repeated less often, and nothing while the tab is hidden", async () => {
  stored = sessions("a");
  await open("?q=cart");
  expect(listRequests()).toHaveLength(1);
  await pass(14_000);
  expect(listRequests()).toHaveLength(1);
  await pass(1_100);
  expect(listRequests()).toHaveLength(2);

  showTab("hidden");
  await pass(60_000);
  expect(listRequests()).toHaveLength(2);
});

test("who comes back finds the pages that were loaded, and what is new beside them", async () => {
  stored = sessions("dcba");
  await open();
  await click(byTestId("load-more"));
  await draw(<p>A replay</p>);
  stored = sessions("edcba");
  vi.advanceTimersByTime(60_000);
  const before = listRequests().length;

  await open();
  expect(listed()).toBe("dcba");
  expect(notice()).toBe("1 new session");
  expect(listRequests().length).toBe(before + 1);
});

test("what was loaded is walked through once a minute, and loses what is gone", async () => {
  stored = sessions("dcba");
  await open();
  await click(byTestId("load-more"));
  stored = [
    session("e"),
    session("d"),
    session("c"),
    session("a", { rev: 2, phase: "settled", durationMs: 65_000 }),
  ];
  await pass(3_100);
  expect(listed()).toBe("dcba");
  await pass(60_000);
  expect(listed()).toBe("dca");
  expect(rows()[2]!.textContent).toContain("1:05");
});

test("a page that cannot be had is not asked for again by itself", async () => {
  stored = sessions("dcba");
  await open();
  const served = globalThis.fetch;
  vi.stubGlobal("fetch", async (url: URL | string, init?: RequestInit) =>
    new URL(url).searchParams.has("cursor") ? Response.json({}, { status: 400 }) : served(url, init),
  );
  await click(byTestId("load-more"));
  expect(document.querySelector("[role=alert]")).not.toBeNull();
  stored = [session("d", { rev: 2, durationMs: 65_000 }), ...sessions("cba")];
  await pass(3_100);
  expect(rows()[0]!.textContent).toContain("1:05");
  expect(document.querySelector("[role=alert]")).not.toBeNull();
});
