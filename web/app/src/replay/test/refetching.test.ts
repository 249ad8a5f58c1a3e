// @vitest-environment jsdom
import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { refetcher } from "../refetching";

const KEY = ["manifest"];
const FETCH_MS = 1_000;

let client: QueryClient;
let begun: number;
let aborted: number;
let leave: () => void;
let refetch: () => void;

beforeEach(() => {
  vi.useFakeTimers();
  client = new QueryClient();
  begun = 0;
  aborted = 0;
  const observer = new QueryObserver(client, {
    queryKey: KEY,
    queryFn: async ({ signal }) => {
      begun++;
      signal.addEventListener("abort", () => aborted++);
      await new Promise((resolve) => setTimeout(resolve, FETCH_MS));
      return begun;
    },
    initialData: 0,
    staleTime: Number.POSITIVE_INFINITY,
  });
  leave = observer.subscribe(() => undefined);
  refetch = refetcher(
    () => client.isFetching({ queryKey: KEY }) > 0,
    () => observer.refetch({ cancelRefetch: false }),
  );
});
afterEach(() => {
  leave();
  vi.useRealTimers();
});

test("a call fetches once", async () => {
  refetch();
  await vi.advanceTimersByTimeAsync(10 * FETCH_MS);

  expect(begun).toBe(1);
});

test("calls during a fetch break nothing off, and one more fetch follows", async () => {
  refetch();
  for (let call = 0; call < 9; call++) {
    await vi.advanceTimersByTimeAsync(FETCH_MS / 10);
    refetch();
  }
  await vi.advanceTimersByTimeAsync(10 * FETCH_MS);

  expect({ begun, aborted }).toEqual({ begun: 2, aborted: 0 });
});

test("what is fetched gets there, however often there is news", async () => {
  for (let call = 0; call < 100; call++) {
    refetch();
    await vi.advanceTimersByTimeAsync(FETCH_MS / 10);
  }

  expect(client.getQueryData<number>(KEY)).toBeGreaterThan(5);
});

test("a fetch that somebody else began before the call may be older: another follows", async () => {
  void client.refetchQueries({ queryKey: KEY });
  await vi.advanceTimersByTimeAsync(FETCH_MS / 2);
  refetch();
  await vi.advanceTimersByTimeAsync(10 * FETCH_MS);

  expect({ begun, aborted }).toEqual({ begun: 2, aborted: 0 });
});
