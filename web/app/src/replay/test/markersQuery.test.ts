// @vitest-environment jsdom
import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { sessionAddress } from "../../api/client";
import { markersQuery } from "../useReplay";

const ADDRESS = sessionAddress("shop", "s1");

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test("markers of a session that goes on for long are not kept for each rev that it had", async () => {
  const client = new QueryClient();
  const query = (rev: number) => ({
    ...markersQuery(ADDRESS, rev, { kinds: ["click"] }),
    queryFn: async () => ({ rev, markers: [], truncated: false }),
  });
  const observer = new QueryObserver(client, query(1));
  const leave = observer.subscribe(() => undefined);

  for (let rev = 2; rev <= 100; rev++) {
    observer.setOptions(query(rev));
    await vi.advanceTimersByTimeAsync(3_000);
  }

  expect(client.getQueryCache().getAll().length).toBeLessThan(10);
  leave();
});
