import { describe, expect, test } from "vitest";
import {
  detectIdle,
  intersectSpans,
  mergeSpans,
  sessionIdle,
  skipTarget,
  spanAt,
  toPercent,
  windowAt,
  windowSwitches,
} from "../timeline";

const span = (from: number, to: number) => ({ from, to });

describe("spans", () => {
  test("merge into sorted ones without overlap", () => {
    expect(mergeSpans([span(50, 60), span(0, 10), span(10, 20), span(15, 18), span(30, 30)])).toEqual([
      span(0, 20),
      span(50, 60),
    ]);
  });

  test("intersect", () => {
    expect(intersectSpans([span(0, 20), span(50, 60)], [span(10, 55), span(58, 70)])).toEqual([
      span(10, 20),
      span(50, 55),
      span(58, 60),
    ]);
  });

  test("are half-open", () => {
    expect(spanAt([span(10, 20)], 10)).toEqual(span(10, 20));
    expect(spanAt([span(10, 20)], 20)).toBeNull();
  });
});

describe("detectIdle", () => {
  test("finds the rests between activities, before the first and after the last", () => {
    expect(detectIdle([15_000, 16_000, 40_000], span(0, 60_000))).toEqual([
      span(0, 15_000),
      span(16_000, 40_000),
      span(40_000, 60_000),
    ]);
  });

  test("takes the times in any order, and finds nothing in a busy session", () => {
    expect(detectIdle([9_000, 1_000, 5_000], span(0, 15_000))).toEqual([]);
  });
});

describe("sessionIdle", () => {
  const windows = [
    { id: "a", firstAt: 0, lastAt: 100_000 },
    { id: "b", firstAt: 40_000, lastAt: 60_000 },
  ];

  test("is where every open window rests", () => {
    const idleOf = (id: string) => (id === "a" ? [span(10_000, 90_000)] : []);
    expect(sessionIdle(windows, idleOf)).toEqual([span(10_000, 40_000), span(60_000, 90_000)]);
  });

  test("leaves out rests that another window made short", () => {
    const idleOf = (id: string) => (id === "a" ? [span(35_000, 65_000)] : []);
    expect(sessionIdle(windows, idleOf)).toEqual([]);
  });
});

describe("skipTarget", () => {
  test("ends shortly before something happens again", () => {
    const target = skipTarget([span(10_000, 40_000)], 12_000)!;
    expect(target).toBeGreaterThan(38_000);
    expect(target).toBeLessThan(40_000);
  });

  test("is none outside of an idle span, and none at its very end", () => {
    expect(skipTarget([span(10_000, 40_000)], 9_999)).toBeNull();
    expect(skipTarget([span(10_000, 40_000)], 39_500)).toBeNull();
  });

  test("does not skip again from where it led to", () => {
    const idle = [span(10_000, 40_000)];
    expect(skipTarget(idle, skipTarget(idle, 10_000)!)).toBeNull();
  });
});

test("toPercent stays on the bar", () => {
  expect(toPercent(50, 200)).toBe(25);
  expect(toPercent(-5, 200)).toBe(0);
  expect(toPercent(500, 200)).toBe(100);
  expect(toPercent(0, 0)).toBe(0);
});

describe("windowSwitches", () => {
  const windows = [
    { id: "a", firstAt: 0, lastAt: 100 },
    { id: "b", firstAt: 30, lastAt: 60 },
  ];

  test("follow the window where something was last done", () => {
    const switches = windowSwitches(windows, [
      { at: 40, window: "a", kind: "click" },
      { at: 50, window: "b", kind: "click" },
    ]);
    const front = [0, 29, 30, 45, 55, 60, 99].map((t) => windowAt(switches, t));
    expect(front).toEqual(["a", "a", "b", "a", "b", "a", "a"]);
  });

  test("do not follow what no person did", () => {
    const switches = windowSwitches(windows, [{ at: 40, window: "a", kind: "console" }]);
    expect(windowAt(switches, 45)).toBe("b");
  });

  test("stay with the window in use while a live session's other windows are only heard of later", () => {
    const click = { at: 90_000, window: "a", kind: "click" } as const;
    const inUse = { id: "a", firstAt: 0, lastAt: 97_000 };
    const other = (lastAt: number) => ({ id: "b", firstAt: 30_000, lastAt });
    const frontAtEnd = (lastAt: number, live: boolean) =>
      windowAt(windowSwitches([inUse, other(lastAt)], [click], live), lastAt);
    expect(frontAtEnd(101_000, true)).toBe("a");
    expect(frontAtEnd(101_000, false)).toBe("b");
    expect(frontAtEnd(110_000, true)).toBe("b");
  });

  test("know no window in a session without any", () => {
    expect(windowAt(windowSwitches([], []), 10)).toBeNull();
    expect(windowAt(windowSwitches([], [], true), 10)).toBeNull();
  });
});
