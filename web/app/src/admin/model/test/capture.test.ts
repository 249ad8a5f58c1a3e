// @vitest-environment jsdom
import { expect, test } from "vitest";
import { linesOf, listProblem, patternProblem, selectorProblem, toDurationMs } from "../capture";

test("a list has one entry a line, each once", () => {
  expect(linesOf(" .iban \n\n.name\n.iban\n")).toEqual([".iban", ".name"]);
  expect(linesOf("")).toEqual([]);
});

test.each([".iban", "a > b[x='y']", "p:not(.a, .b)", ".a, .b"])("the selector %s is fine", (selector) => {
  expect(selectorProblem(selector)).toBeNull();
});

test.each(["a[", "..a", "a {}", `.${"a".repeat(300)}`])("the selector %s is not", (selector) => {
  expect(selectorProblem(selector)).toContain(selector);
});

test.each(["/checkout", "/shop*", "*", "https://a.example/*", "/a?b=1#c"])(
  "the page %s is fine",
  (pattern) => {
    expect(patternProblem(pattern)).toBeNull();
  },
);

test.each(["shop.example/x", "/a b", "/*a*b*c*d*e*", `/${"a".repeat(500)}`, "^/x$"])(
  "the page %s is not",
  (pattern) => {
    expect(patternProblem(pattern)).toContain(pattern);
  },
);

test("the first problem of a list is said", () => {
  expect(listProblem(["/a", "b", "c"], patternProblem)).toContain(": b");
  expect(listProblem(["/a"], patternProblem)).toBeNull();
  expect(
    listProblem(
      Array.from({ length: 51 }, (_, i) => `/${i}`),
      patternProblem,
    ),
  ).toBe("At most 50");
});

test("durations are seconds, up to a minute", () => {
  expect(toDurationMs(2.5)).toBe(2_500);
  expect(toDurationMs(0)).toBe(0);
  expect(toDurationMs("")).toBeNull();
  expect(toDurationMs(61)).toBeNull();
});
