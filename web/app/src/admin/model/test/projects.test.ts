import { describe, expect, test } from "vitest";
import { keyProblem, parseOrigins, slugProblem, suggestSlug, toShare } from "../projects";

describe("slugs", () => {
  test.each([
    ["Web Shop", "web-shop"],
    ["  Größe & Maß! ", "gro-e-ma"],
    ["2nd shop", "nd-shop"],
    ["日本", ""],
    ["a".repeat(60), "a".repeat(40)],
    [`${"a".repeat(39)} b`, "a".repeat(39)],
  ])("of %s is suggested as %s", (name, slug) => {
    expect(suggestSlug(name)).toBe(slug);
  });

  test("are judged as the server does", () => {
    expect(slugProblem("web-shop-2")).toBeNull();
    for (const wrong of ["", "2shop", "-a", "Shop", "a_b", "a".repeat(41)]) {
      expect(slugProblem(wrong), wrong).not.toBeNull();
    }
  });
});

test("origins are read one a line, from pasted addresses too, each once", () => {
  expect(
    parseOrigins(
      "https://Shop.example/cart?x=1\nhttp://localhost:3000, https://shop.example\n\nshop app://local",
    ),
  ).toEqual({
    origins: ["https://shop.example", "http://localhost:3000", "app://local"],
    wrong: ["shop"],
  });
  expect(parseOrigins("  ")).toEqual({ origins: [], wrong: [] });
});

test("shares are percents", () => {
  expect(toShare(12.345)).toBe(0.1235);
  expect(toShare(100)).toBe(1);
  expect(toShare("")).toBeNull();
  expect(toShare(101)).toBeNull();
});

test("keys are judged as the server does", () => {
  expect(keyProblem("phc_abc.DEF-1")).toBeNull();
  for (const wrong of ["a b", "ä", "..", "a".repeat(201)]) {
    expect(keyProblem(wrong), wrong).not.toBeNull();
  }
});
