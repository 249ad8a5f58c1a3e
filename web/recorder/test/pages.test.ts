import { expect, test } from "vitest";
import { isRecordedPage, PageGate } from "../src/pages";

/** The same table is in the store's `CaptureSettingsTest`: both must agree on what a pattern means. */
test.each([
  ["/checkout", "https://a.example/checkout", true],
  ["/checkout", "https://a.example/checkout?step=2#pay", true],
  ["/checkout", "http://b.example:8080/checkout", true],
  ["/checkout", "https://a.example/checkout/pay", false],
  ["/checkout", "https://a.example/de/checkout", false],
  ["/checkout*", "https://a.example/checkout/pay?x=/y", true],
  ["/checkout*", "https://a.example/cart?next=/checkout", false],
  ["*/checkout", "https://a.example/de/checkout", true],
  ["/*/pay", "https://a.example/de/checkout/pay", true],
  ["/*/pay", "https://a.example/pay", false],
  ["https://a.example/*", "https://a.example/", true],
  ["https://a.example/*", "https://evil.example/https://a.example/", false],
  ["https://*.example/", "https://a.example/?q=1", true],
  ["https://*.example/", "https://b.other/?x=a.example/", false],
  ["/a?x=1*", "https://a.example/a?x=1&y=2", true],
  ["/a?x=1*", "https://a.example/a?y=2&x=1", false],
  ["/app*#/users/*", "https://a.example/app?v=2#/users/7", true],
  ["/app*#/users/*", "https://a.example/app#/orders/7", false],
  ["/a.b(c)[d]+$|", "https://a.example/a.b(c)[d]+$|", true],
  ["/a.b", "https://a.example/axb", false],
  ["*", "https://a.example/x?y#z", true],
  ["/a*a*b", "https://a.example/ab", false],
  ["/a*a*b", "https://a.example/aab", true],
  ["/Cart", "https://a.example/cart", false],
])("the pattern %s and the page %s", (pattern, href, matches) => {
  expect(isRecordedPage({ include: [pattern], exclude: [] }, href)).toBe(matches);
  expect(isRecordedPage({ include: [], exclude: [pattern] }, href)).toBe(!matches);
});

test("without patterns every page is recorded, and an exclusion outweighs an inclusion", () => {
  const shop = { include: ["/shop*"], exclude: ["/shop/staff*"] };
  expect(isRecordedPage({ include: [], exclude: [] }, "https://a.example/")).toBe(true);
  expect(isRecordedPage(shop, "https://a.example/shop/7")).toBe(true);
  expect(isRecordedPage(shop, "https://a.example/shop/staff/7")).toBe(false);
});

test("a pattern with many wildcards is done with on an address that nearly matches", () => {
  const pages = { include: [`/${"*a".repeat(50)}b`], exclude: [] };
  expect(isRecordedPage(pages, `https://a.example/${"a".repeat(20_000)}`)).toBe(false);
});

test("the gate follows an address that changes within the page", () => {
  let href = "https://a.example/shop";
  const gate = new PageGate({ include: ["/shop*"], exclude: [] }, () => href);
  expect(gate.look()).toBe("recorded");
  href = "https://a.example/shop/7";
  expect(gate.look()).toBe("recorded");
  href = "https://a.example/account";
  expect([gate.look(), gate.look()]).toEqual(["left", "elsewhere"]);
  href = "https://a.example/account/2";
  expect(gate.look()).toBe("elsewhere");
  href = "https://a.example/shop";
  expect([gate.look(), gate.look()]).toEqual(["entered", "recorded"]);
});
