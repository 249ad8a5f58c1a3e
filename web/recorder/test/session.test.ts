import { expect, test } from "vitest";
import { SessionClock } from "../src/session";
import { memoryStorage } from "../src/storage";
import { WindowId } from "../src/window-id";

const MINUTE = 60_000;
const RULES = { sampleRate: 1, idleMs: 30 * MINUTE, sessionMs: 24 * 60 * MINUTE };
const START = 1_800_000_000_000;

function clock(storage = memoryStorage(), now = START, rules = RULES, random = () => 0.5) {
  return new SessionClock(storage, "s", rules, now, random);
}

test("the next page within the idle time continues the session", () => {
  const storage = memoryStorage();
  const first = clock(storage).current.id;
  expect(clock(storage, START + 29 * MINUTE).current.id).toBe(first);
});

test("a page after the idle time begins another session", () => {
  const storage = memoryStorage();
  const first = clock(storage).current.id;
  expect(clock(storage, START + 31 * MINUTE).current.id).not.toBe(first);
});

test("activity keeps the session alive, until its longest time", () => {
  const session = clock();
  const first = session.current.id;
  let now = START;
  while (now < START + 23 * 60 * MINUTE) {
    now += 20 * MINUTE;
    expect(session.observe(now, true)).toBe("same");
  }
  expect(session.current.id).toBe(first);
  expect(session.observe(START + 24 * 60 * MINUTE, true)).toBe("rotated");
  expect(session.current.id).not.toBe(first);
});

test("what a page does by itself neither keeps a session alive nor begins one", () => {
  const session = clock();
  const first = session.current.id;
  expect(session.observe(START + 20 * MINUTE, false)).toBe("same");
  expect(session.observe(START + 31 * MINUTE, false)).toBe("over");
  expect(session.observe(START + 32 * MINUTE, false)).toBe("over");
  expect(session.current.id).toBe(first);
  expect(session.observe(START + 32 * MINUTE + 1, true)).toBe("rotated");
  expect(session.current.id).not.toBe(first);
});

test("activity in one tab keeps the session alive in another", () => {
  const storage = memoryStorage();
  const [one, other] = [clock(storage), clock(storage)];
  one.observe(START + 25 * MINUTE, true);
  expect(other.observe(START + 50 * MINUTE, false)).toBe("same");
});

test("a tab follows the session that another tab has begun", () => {
  const storage = memoryStorage();
  const [one, other] = [clock(storage), clock(storage)];
  expect(one.observe(START + 31 * MINUTE, true)).toBe("rotated");
  expect(other.observe(START + 31 * MINUTE + 1, false)).toBe("rotated");
  expect(other.current.id).toBe(one.current.id);
});

test("sampling is decided once per session, not per page", () => {
  const storage = memoryStorage();
  const rules = { ...RULES, sampleRate: 0.3 };
  expect(clock(storage, START, rules, () => 0.9).current.sampled).toBe(false);
  expect(clock(storage, START + MINUTE, rules, () => 0.1).current.sampled).toBe(false);
  expect(clock(storage, START + 40 * MINUTE, rules, () => 0.1).current.sampled).toBe(true);
});

test("a session that the server refused is refused on the next page too", () => {
  const storage = memoryStorage();
  clock(storage).refuse();
  expect(clock(storage, START + MINUTE).current.sampled).toBe(false);
});

test("storage that holds something else is no session", () => {
  const storage = memoryStorage();
  for (const broken of ["{", "null", '{"id":"a b"}', '{"id":7}', "[]"]) {
    storage.set("s", broken);
    expect(clock(storage).current.id).toMatch(/^[0-9a-f]{32}$/);
  }
});

test("a window goes on counting on the next page of the tab", () => {
  const storage = memoryStorage();
  const first = new WindowId(storage, "w", "s1");
  expect([first.seq("s1"), first.seq("s1")]).toEqual([0, 1]);
  first.release();
  const second = new WindowId(storage, "w", "s1");
  expect(second.value).toBe(first.value);
  expect(second.seq("s1")).toBe(2);
});

test("a tab that copies the storage of a living page is a window of its own", () => {
  const storage = memoryStorage();
  const original = new WindowId(storage, "w", "s1");
  const duplicate = new WindowId(storage, "w", "s1");
  expect(duplicate.value).not.toBe(original.value);
});

test("a window counts from zero in a new session", () => {
  const window = new WindowId(memoryStorage(), "w", "s1");
  window.seq("s1");
  expect(window.seq("s2")).toBe(0);
});

test("a page back from the cache counts on from where the pages between had come", () => {
  const storage = memoryStorage();
  const kept = new WindowId(storage, "w", "s1");
  kept.seq("s1");
  kept.release();
  const between = new WindowId(storage, "w", "s1");
  between.seq("s1");
  between.release();
  kept.reclaim();
  expect([kept.value, kept.seq("s1")]).toEqual([between.value, 2]);
});
