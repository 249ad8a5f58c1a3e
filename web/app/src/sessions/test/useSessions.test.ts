// @vitest-environment jsdom
import { InfiniteQueryObserver, QueryClient } from "@tanstack/react-query";
import { expect, test, vi } from "vitest";
import { NO_FILTERS } from "../filters";
import { sessionsQuery } from "../useSessions";

test("the list stays until there is one for other filters, but not for another project", () => {
  vi.stubGlobal("fetch", () => new Promise(() => undefined));
  const client = new QueryClient();
  const list = {
    pages: [{ sessions: [], nextCursor: null, now: 1 }],
    pageParams: [{ cursor: null, now: null }],
  };
  client.setQueryData(sessionsQuery("a", NO_FILTERS).queryKey, list);
  const observer = new InfiniteQueryObserver(client, sessionsQuery("a", NO_FILTERS));
  const leave = observer.subscribe(() => undefined);

  observer.setOptions(sessionsQuery("a", { ...NO_FILTERS, rage: true }));
  expect(observer.getCurrentResult().data).toEqual(list);
  observer.setOptions(sessionsQuery("b", NO_FILTERS));
  expect(observer.getCurrentResult().data).toBeUndefined();
  leave();
  client.clear();
});

test("the list is kept while a long replay is watched", () => {
  vi.useFakeTimers();
  vi.stubGlobal("fetch", () => new Promise(() => undefined));
  const client = new QueryClient();
  const { queryKey, ...options } = sessionsQuery("a", NO_FILTERS);
  client.setQueryData(queryKey, { pages: [], pageParams: [] });
  new InfiniteQueryObserver(client, { queryKey, ...options }).subscribe(() => undefined)();

  vi.advanceTimersByTime(50 * 60_000);
  expect(client.getQueryData(queryKey)).toBeDefined();
  client.clear();
  vi.useRealTimers();
});
