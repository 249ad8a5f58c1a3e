import { describe, expect, test } from "vitest";
import { isInlineUrl, sanitizeCss } from "../sanitizeCss";

const GONE = 'url("data:,")';

describe("sanitizeCss takes out", () => {
  test.each([
    ["a plain address", "a{background:url(http://evil/x.png) no-repeat}", `a{background:${GONE} no-repeat}`],
    ["a quoted one", `a{background:url( "//evil/x" )}`, `a{background:${GONE}}`],
    [
      "a relative one, which would be the app's own",
      "a{background:url('/api/v1/me')}",
      `a{background:${GONE}}`,
    ],
    ["an empty one", "a{background:url()}", `a{background:${GONE}}`],
    ["an escaped function name", "a{background:\\75 rl(http://evil)}", `a{background:${GONE}}`],
    ["escapes in any case and length", "a{background:U\\000052L(http://evil)}", `a{background:${GONE}}`],
    ["an escaped address", "a{background:url(\\68ttp://evil)}", `a{background:${GONE}}`],
    ["one with a parenthesis in it", `a{background:url("http://evil/)x")}b{}`, `a{background:${GONE}}b{}`],
    ["one that never ends", "a{background:url(http://evil", `a{background:${GONE}`],
    ["one behind a broken string", 'a{background:url("data:x\n;b:url(http://evil)}', `a{background:${GONE}}`],
    ["one behind a comment that looks like its end", "a{b:url(/**/http://evil)}", `a{b:${GONE}}`],
    ["strings of image-set", `a{b:image-set("http://evil" 1x)}`, `a{b:image-set("data:," 1x)}`],
    [
      "strings of -webkit-image-set",
      `a{b:-webkit-image-set('x.png' 1x)}`,
      `a{b:-webkit-image-set("data:," 1x)}`,
    ],
    ["src()", `a{b:src("http://evil")}`, `a{b:src("data:,")}`],
    [
      "a variable that may be such a string",
      `a{--x:"http://evil";b:image-set(var(--x) 1x)}`,
      `a{--x:"http://evil";b:image-set(none(--x) 1x)}`,
    ],
    ["the same in escapes", "a{b:image-set(v\\61r(--x) 1x)}", "a{b:image-set(none(--x) 1x)}"],
    [
      "what a variable falls back to",
      `a{b:src(var(--x,"http://evil"))}`,
      `a{b:src(none(--x,"http://evil"))}`,
    ],
    ["a function of the sheet's own", "a{b:image-set(--f() 1x)}", "a{b:image-set(none() 1x)}"],
    ["an import", `@import "http://evil";a{color:red}`, "a{color:red}"],
    ["an import by url", `@import url(http://evil;x) screen;a{}`, "a{}"],
    ["an escaped import", `@\\69mport 'http://evil';a{}`, "a{}"],
    ["an import that never ends", `a{}@import "http://evil"`, "a{}"],
    ["fonts, without complaint", "@font-face{src:url(http://evil)}", '@font-face{src:local("")}'],
    ["an address hidden across rrweb's split mark", "a{b:u/* rr_split */rl(http://evil)}", `a{b:${GONE}}`],
  ])("%s", (_, css, clean) => {
    expect(sanitizeCss(css)).toBe(clean);
  });
});

describe("sanitizeCss leaves as it is", () => {
  test.each([
    ["data", "a{background:url(data:image/png;base64,AAAA)}"],
    ["quoted data", `a{background:url("data:image/svg+xml;utf8,<svg xmlns='http://www.w3.org/2000/svg'/>")}`],
    ["a reference within the document", "a{fill:url(#gradient)}"],
    ["look-alikes in strings", `a{content:"url(http://x)"}`],
    ["look-alikes in comments", "/* url(http://x) */a{color:red}"],
    ["other functions", "a{width:calc(1px + var(--url));--x:curl(1)}"],
    ["types within image-set", `a{b:image-set(url("data:image/png,x") 1x type("image/png"))}`],
    [
      "other images and sizes within image-set",
      "a{b:image-set(linear-gradient(var(--a),red) calc(1x*2), gradient(red) 2x)}",
    ],
    ["rrweb's split marks", `a{b:url(#x)}/* rr_split */b{c:d}`],
    ["escapes in names and strings", `.a\\:b{content:"\\f101"}`],
  ])("%s", (_, css) => {
    expect(sanitizeCss(css)).toBe(css);
  });
});

test("sanitizeCss gives the same for a sheet seen before", () => {
  const sheet = `${"a{color:red}".repeat(500)}b{background:url(http://evil)}`;
  const clean = sanitizeCss(sheet);
  expect(clean).not.toContain("evil");
  expect(sanitizeCss(sheet)).toBe(clean);
});

test("isInlineUrl reads an address as the browser does", () => {
  expect(isInlineUrl("da\nta:image/png,x")).toBe(true);
  expect(isInlineUrl(" DATA:,")).toBe(true);
  expect(isInlineUrl("#id")).toBe(true);
  expect(isInlineUrl("#")).toBe(false);
  expect(isInlineUrl("blob:http://x/1")).toBe(false);
  expect(isInlineUrl("x?data:")).toBe(false);
});
