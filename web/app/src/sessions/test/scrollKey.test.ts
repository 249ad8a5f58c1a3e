import { expect, test } from "vitest";
import { scrollKey } from "../scrollKey";

const at = (pathname: string, search: string, key: string) =>
  scrollKey({ pathname, search, key, hash: "", state: null });

test("a list's scroll position is that of its project and filters, whichever way leads there", () => {
  expect(at("/p/shop", "?rage=1", "visit1")).toBe(at("/p/shop", "?rage=1", "visit2"));
  expect(at("/p/shop", "?rage=1", "visit1")).not.toBe(at("/p/shop", "", "visit1"));
  expect(at("/p/shop", "", "visit1")).not.toBe(at("/p/blog", "", "visit1"));
});

test("other pages begin on top each time", () => {
  expect(at("/p/shop/admin/keys", "", "visit1")).not.toBe(at("/p/shop/admin/keys", "", "visit2"));
});
