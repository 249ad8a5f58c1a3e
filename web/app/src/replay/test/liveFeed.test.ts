import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { LiveChange } from "../../api/types";
import { LiveFeed, type LiveFeedHost, type LiveStatus, type Stream } from "../liveFeed";

/** A stream that a test speaks through. */
class FakeStream implements Stream {
  closed = false;
  private readonly listeners: [string, (event: MessageEvent<string>) => void][] = [];

  addEventListener(type: string, listener: (event: MessageEvent<string>) => void): void {
    this.listeners.push([type, listener]);
  }

  close(): void {
    this.closed = true;
  }

  say(type: string, data: unknown = {}): void {
    for (const [heard, listener] of this.listeners)
      if (heard === type) listener({ data: JSON.stringify(data) } as MessageEvent<string>);
  }
}

class FakeHost implements LiveFeedHost {
  readonly streams: FakeStream[] = [];
  readonly since: number[] = [];
  readonly changes: LiveChange[] = [];
  readonly statuses: LiveStatus[] = [];
  refreshes = 0;
  answer: () => ReturnType<LiveFeedHost["refresh"]> = () => Promise.resolve({ rev: 7 });

  open(since: number): Stream {
    this.since.push(since);
    this.streams.push(new FakeStream());
    return this.streams.at(-1)!;
  }

  refresh(): ReturnType<LiveFeedHost["refresh"]> {
    this.refreshes++;
    return this.answer();
  }

  onChange(change: LiveChange): void {
    this.changes.push(change);
  }

  onStatus(status: LiveStatus): void {
    this.statuses.push(status);
  }

  get stream(): FakeStream {
    return this.streams.at(-1)!;
  }
}

let host: FakeHost;
let feed: LiveFeed;

beforeEach(() => {
  vi.useFakeTimers();
  host = new FakeHost();
  feed = new LiveFeed(host, () => 1);
  feed.start(3);
});
afterEach(() => {
  feed.stop();
  vi.useRealTimers();
});

test("follows from the rev given and passes changes on", () => {
  host.stream.say("open");
  host.stream.say("change", { rev: 4, since: 3, grown: null });
  expect(host.since).toEqual([3]);
  expect(host.statuses).toEqual(["following"]);
  expect(host.changes).toEqual([{ rev: 4, since: 3, grown: null }]);
});

test("a stream that breaks is opened again from where the manifest is then", async () => {
  host.stream.say("open");
  host.stream.say("error");
  expect(host.streams[0]!.closed).toBe(true);
  expect(host.statuses.at(-1)).toBe("reconnecting");
  await vi.advanceTimersByTimeAsync(1_000);
  expect(host.since).toEqual([3, 7]);
});

test("waits twice as long after each failure, and no longer than half a minute", async () => {
  const waits: number[] = [];
  for (let i = 0; i < 8; i++) {
    host.stream.say("error");
    const begun = Date.now();
    while (host.streams.length < i + 2) await vi.advanceTimersByTimeAsync(100);
    waits.push(Date.now() - begun);
  }
  expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
});

test("a stream that was good for a while makes waits short again", async () => {
  for (let i = 0; i < 4; i++) {
    host.stream.say("error");
    await vi.advanceTimersByTimeAsync(10_000);
  }
  expect(host.streams).toHaveLength(5);
  await vi.advanceTimersByTimeAsync(10_000);
  host.stream.say("error");
  await vi.advanceTimersByTimeAsync(1_000);
  expect(host.streams).toHaveLength(6);
});

test("a manifest that can't be had is asked for again", async () => {
  host.answer = () => Promise.reject(new Error("away"));
  host.stream.say("error");
  await vi.advanceTimersByTimeAsync(1_000);
  expect(host.refreshes).toBe(1);
  host.answer = () => Promise.resolve({ rev: 9 });
  await vi.advanceTimersByTimeAsync(2_000);
  expect(host.since).toEqual([3, 9]);
});

test("silence is a break; heartbeats are not silence", async () => {
  host.stream.say("open");
  for (let i = 0; i < 10; i++) {
    await vi.advanceTimersByTimeAsync(10_000);
    host.stream.say("beat");
  }
  expect(host.streams).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(36_000);
  expect(host.streams).toHaveLength(2);
});

test("tells when the server can't look for more, and when it can again", () => {
  host.stream.say("open");
  host.stream.say("away");
  host.stream.say("back");
  expect(host.statuses).toEqual(["following", "away", "following"]);
});

test.each(["settled", "gone"] as const)("ends for good when the session is %s", async (reason) => {
  host.stream.say("open");
  host.stream.say("end", { reason });
  expect(host.stream.closed).toBe(true);
  expect(host.statuses.at(-1)).toBe(reason);
  await vi.advanceTimersByTimeAsync(120_000);
  expect(host.streams).toHaveLength(1);
});

test("a session that was settled or erased while the stream was broken is found out", async () => {
  host.answer = () => Promise.resolve("settled");
  host.stream.say("error");
  await vi.advanceTimersByTimeAsync(1_000);
  expect(host.statuses.at(-1)).toBe("settled");
  expect(host.streams).toHaveLength(1);
});

test("a login that has ended is left to the manifest to find out", async () => {
  host.stream.say("end", { reason: "unauthenticated" });
  await vi.advanceTimersByTimeAsync(0);
  expect(host.refreshes).toBe(1);
});

test("after a stop nothing is heard and nothing is opened", async () => {
  const stopped = host.stream;
  stopped.say("error");
  feed.stop();
  stopped.say("change", { rev: 4, since: 3, grown: null });
  await vi.advanceTimersByTimeAsync(120_000);
  expect(host.streams).toHaveLength(1);
  expect(host.changes).toEqual([]);
});

test("goes on after a stop with what came meanwhile", async () => {
  feed.stop();
  feed.resume();
  await vi.advanceTimersByTimeAsync(0);
  expect(host.since).toEqual([3, 7]);
});
