import { expect, test } from "vitest";
import { maskResolvedUrl, maskStack, maskUrl } from "../src/urls";

test.each([
  ["https://shop.test/a?q=red+shoes&page=2", "https://shop.test/a?q=***&page=***"],
  ["https://shop.test/a", "https://shop.test/a"],
  ["https://shop.test/?", "https://shop.test/?"],
  ["https://shop.test/?empty=&x=a=b", "https://shop.test/?empty=***&x=***"],
  ["https://shop.test/?eyJhbGciOi.abc", "https://shop.test/?***"],
  ["https://shop.test/?a=1;b=2", "https://shop.test/?a=***;b=***"],
  ["https://shop.test/#section-2", "https://shop.test/#section-2"],
  ["https://shop.test/#/search?q=x", "https://shop.test/#/search?q=***"],
  ["https://shop.test/?a=1#access_token=x&state=y", "https://shop.test/?a=***#access_token=***&state=***"],
  ["https://user:secret@shop.test/", "https://shop.test/"],
  ["data:text/html;base64,AAAA", "data:text/html;base64,"],
])("maskUrl(%s) is %s", (url, masked) => {
  expect(maskUrl(url)).toBe(masked);
});

test.each([
  ["Error: x\n    at f (https://a.test/reset?t=s:3:4)", "Error: x\n    at f (https://a.test/reset:3:4)"],
  ["    at https://a.test/reset?t=a(s):7:3:4\n    at g", "    at https://a.test/reset:3:4\n    at g"],
  [
    "at eval (eval at f (https://a.test/?t=s:1:2), <anonymous>:1:1)",
    "at eval (eval at f (https://a.test/:1:2), <anonymous>:1:1)",
  ],
  [
    "f@https://a.test/#t=s?s:3:4\n@https://a.test/app.js:1:2",
    "f@https://a.test/:3:4\n@https://a.test/app.js:1:2",
  ],
  ["@https://a.test/?t=s line 3 > eval:1:1", "@https://a.test/ line 3 > eval:1:1"],
  ["at f (https://a.test/app.js:1:2)", "at f (https://a.test/app.js:1:2)"],
  ["at f (https://a.test/app.js?t=cut off her", "at f (https://a.test/app.js off her"],
])("maskStack(%s) is %s", (stack, masked) => {
  expect(maskStack(stack)).toBe(masked);
});

test("a masked address is masked no further", () => {
  const once = maskUrl("https://shop.test/?a=1&b#c=2");
  expect(maskUrl(once)).toBe(once);
});

test("an address of the page is resolved before it is masked", () => {
  expect(maskResolvedUrl("../api?id=7", "https://shop.test/a/b/")).toBe("https://shop.test/a/api?id=***");
  expect(maskResolvedUrl("http://[bad?x=1", "https://shop.test/")).toBe("http://[bad?x=***");
});

test("a very long address is cut", () => {
  expect(maskUrl(`https://shop.test/${"a".repeat(5_000)}`)).toHaveLength(2_000);
});
