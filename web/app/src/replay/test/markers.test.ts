import { describe, expect, test } from "vitest";
import type { Marker } from "../../api/types";
import { currentIndex, filterConsole, filterKinds, filterRequests, timelineMarks, urlAt } from "../markers";

function marker(at: number, kind: Marker["kind"], title = "", more: Partial<Marker> = {}): Marker {
  return { at, window: "w1", kind, title, ...more };
}

describe("timelineMarks", () => {
  test("shows the most telling of those that fall together, and how many there are", () => {
    const marks = timelineMarks(
      [
        marker(1_000, "click"),
        marker(1_010, "error", "boom"),
        marker(1_020, "navigation"),
        marker(1_900, "click"),
      ],
      1_000,
      1_000,
      10,
    );
    expect(marks).toEqual([
      { kind: "error", atMs: 10, title: "boom", count: 3 },
      { kind: "click", atMs: 900, title: "", count: 1 },
    ]);
  });

  test("shows console errors as errors, and nothing else that the console says", () => {
    const markers = [
      marker(1_100, "console", "bad", { level: "error" }),
      marker(1_500, "console", "odd", { level: "warn" }),
    ];
    expect(timelineMarks(markers, 1_000, 1_000, 10)).toEqual([
      { kind: "error", atMs: 100, title: "bad", count: 1 },
    ]);
  });

  test("leaves out kinds that are shown otherwise, and what lies outside", () => {
    const markers = [
      marker(1_100, "idle"),
      marker(1_200, "console"),
      marker(900, "error"),
      marker(2_500, "error"),
    ];
    expect(timelineMarks(markers, 1_000, 1_000, 10)).toEqual([]);
  });

  test("never makes more marks than there are slots", () => {
    const markers = Array.from({ length: 5_000 }, (_, index) => marker(index, "click"));
    expect(timelineMarks(markers, 0, 5_000, 100).length).toBeLessThanOrEqual(101);
  });
});

describe("filters", () => {
  const markers = [
    marker(1, "console", "saved", { level: "log", data: { args: ['"saved"'] } }),
    marker(2, "console", "Failed", { level: "error", data: { args: ['{"order":"X-17"}'] } }),
    marker(3, "request", "GET /a", { data: { url: "https://x/a", status: 200 } }),
    marker(4, "failedRequest", "POST /b", { data: { url: "https://x/b", status: 500 } }),
    marker(5, "click", "button"),
  ];
  const at = (found: Marker[]) => found.map((one) => one.at);

  test("of the console go by level and by text, in title and arguments", () => {
    expect(at(filterConsole(markers, "all", ""))).toEqual([1, 2]);
    expect(at(filterConsole(markers, "error", ""))).toEqual([2]);
    expect(at(filterConsole(markers, "all", " x-17 "))).toEqual([2]);
    expect(at(filterConsole(markers, "log", "x-17"))).toEqual([]);
  });

  test("of requests go by failure and by text", () => {
    expect(at(filterRequests(markers, false, ""))).toEqual([3, 4]);
    expect(at(filterRequests(markers, true, ""))).toEqual([4]);
    expect(at(filterRequests(markers, false, "x/A"))).toEqual([3]);
  });

  test("of the activity go by kind", () => {
    expect(at(filterKinds(markers, ["click", "request"], ""))).toEqual([3, 5]);
    expect(at(filterKinds(markers, ["error"], ""))).toEqual([2]);
  });
});

test("currentIndex is the last marker reached", () => {
  const markers = [marker(10, "click"), marker(20, "click"), marker(20, "click"), marker(30, "click")];
  expect([5, 10, 19, 20, 99].map((t) => currentIndex(markers, t))).toEqual([-1, 0, 0, 2, 3]);
});

describe("urlAt", () => {
  const markers = [
    marker(10, "navigation", "", { data: { href: "https://x/1" } }),
    marker(15, "navigation", "", { window: "w2", data: { href: "https://x/other" } }),
    marker(20, "navigation", "", { data: { href: "https://x/2" } }),
  ];

  test("is the page that the window was on", () => {
    expect(urlAt(markers, "w1", 12)).toBe("https://x/1");
    expect(urlAt(markers, "w1", 25)).toBe("https://x/2");
    expect(urlAt(markers, "w2", 25)).toBe("https://x/other");
  });

  test("is the first page also just before it was announced, and none for an unknown window", () => {
    expect(urlAt(markers, "w1", 5)).toBe("https://x/1");
    expect(urlAt(markers, "w3", 25)).toBeNull();
  });
});
