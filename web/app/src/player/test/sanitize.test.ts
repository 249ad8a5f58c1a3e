import { describe, expect, test } from "vitest";
import { IMAGE_PLACEHOLDER } from "../sanitizeAttributes";
import type { Json } from "../events";
import { Sanitizer } from "../sanitize";

let nextId = 10;

function element(tagName: string, attributes: Json = {}, childNodes: Json[] = [], more: Json = {}): Json {
  return { type: 2, id: nextId++, tagName, attributes, childNodes, ...more };
}

function text(textContent: string, more: Json = {}): Json {
  return { type: 3, id: nextId++, textContent, ...more };
}

function snapshot(...body: Json[]): Json {
  const html = element("html", {}, [element("head"), element("body", {}, body)]);
  const node = {
    type: 0,
    id: 1,
    childNodes: [{ type: 1, id: 2, name: "html", publicId: "", systemId: "" }, html],
  };
  return { type: 2, data: { node, initialOffset: { left: 0, top: 0 } }, timestamp: 1_000 };
}

function incremental(data: Json): Json {
  return { type: 3, data, timestamp: 2_000 };
}

function mutation(data: Json): Json {
  return incremental({ source: 0, adds: [], removes: [], texts: [], attributes: [], ...data });
}

/** The first element of the body after sanitising a snapshot with it. */
function cleaned(node: Json, sanitizer = new Sanitizer()): Json {
  const event = sanitizer.sanitize(snapshot(node))!;
  const html = (event.data as never as { node: { childNodes: Json[] } }).node.childNodes[1] as never as {
    childNodes: { childNodes: Json[] }[];
  };
  return html.childNodes[1]!.childNodes[0]!;
}

const attributesOf = (node: Json) => node["attributes"] as Json;

describe("attributes of a snapshot", () => {
  test.each<[string, string, Json, Json]>([
    ["event handlers, in any case", "div", { onclick: "x()", ONLOAD: "x()", onwebkitfoo: "x" }, {}],
    [
      "links, also javascript:",
      "a",
      { href: "javascript:x()", target: "_top", ping: "http://evil" },
      { href: "#" },
    ],
    ["svg links", "a", { "xlink:href": "javascript:x()" }, { "xlink:href": "#" }],
    ["form actions", "form", { action: "http://evil", method: "post", target: "_top" }, { method: "post" }],
    ["button actions", "button", { formaction: "http://evil", formtarget: "_top" }, {}],
    [
      "refresh",
      "meta",
      { "http-equiv": "refresh", content: "0;url=http://evil" },
      { content: "0;url=http://evil" },
    ],
    ["base", "base", { href: "http://evil/", target: "_top" }, {}],
    ["frames", "iframe", { src: "http://evil", srcdoc: "<script>", sandbox: "allow-scripts" }, {}],
    ["objects", "object", { data: "http://evil", type: "text/html" }, {}],
    ["embeds", "embed", { src: "http://evil" }, {}],
    ["links of the head", "link", { rel: "preload", href: "http://evil", as: "image" }, { as: "image" }],
    ["dns-prefetch", "link", { rel: "dns-prefetch", href: "//evil" }, {}],
    [
      "foreign images",
      "img",
      { src: "http://evil/x.png", srcset: "http://evil 2x", width: "10" },
      { src: IMAGE_PLACEHOLDER, width: "10" },
    ],
    ["images by srcset alone", "img", { srcset: "http://evil 2x" }, { src: IMAGE_PLACEHOLDER }],
    ["the app's own address as an image", "img", { src: "/api/v1/logout" }, { src: IMAGE_PLACEHOLDER }],
    [
      "addresses that are no text",
      "img",
      { src: 5, width: 10, hidden: true },
      { src: IMAGE_PLACEHOLDER, width: 10, hidden: true },
    ],
    ["inlined images that are none", "img", { rr_dataURL: "http://evil" }, {}],
    ["media", "video", { src: "http://evil", poster: "http://evil", autoplay: true }, {}],
    [
      "references to other documents",
      "use",
      { href: "http://evil/x.svg#a", "xlink:href": "#a" },
      { "xlink:href": "#a" },
    ],
    ["svg images", "image", { href: "http://evil" }, { href: IMAGE_PLACEHOLDER }],
    [
      "animation of addresses",
      "animate",
      { attributeName: "href", values: "javascript:x()" },
      { values: "javascript:x()" },
    ],
    [
      "animation of namespaced addresses",
      "set",
      { attributeName: "xlink:href", to: "url(http://evil)" },
      { to: 'url("data:,")' },
    ],
    ["styles", "div", { style: "background:url(http://evil)" }, { style: 'background:url("data:,")' }],
    [
      "svg paint",
      "rect",
      { fill: "url(http://evil#a)", mask: "url(#m)" },
      { fill: 'url("data:,")', mask: "url(#m)" },
    ],
    ["backgrounds", "body", { background: "http://evil" }, {}],
    ["what takes the focus", "input", { autofocus: true, accesskey: "x", type: "text" }, { type: "text" }],
    ["values that are no plain ones", "div", { title: { toString: 1 }, id: "x" }, { id: "x" }],
    ["playing of sound and film", "div", { rr_mediaState: "played", rr_mediaCurrentTime: 1 }, {}],
  ])("%s", (_, tag, attributes, clean) => {
    expect(attributesOf(cleaned(element(tag, attributes)))).toEqual(clean);
  });

  test("what is inline stays", () => {
    const src = "data:image/png;base64,AAAA";
    expect(attributesOf(cleaned(element("img", { src, alt: "x", class: "y" })))).toEqual({
      src,
      alt: "x",
      class: "y",
    });
    expect(attributesOf(cleaned(element("canvas", { rr_dataURL: src })))).toEqual({ rr_dataURL: src });
  });

  test("an inlined sheet keeps its link, without foreign addresses", () => {
    const link = element("link", {
      rel: "stylesheet",
      href: "http://x/a.css",
      _cssText: "@import 'http://evil';a{b:c}",
    });
    expect(attributesOf(cleaned(link))).toEqual({ _cssText: "a{b:c}" });
  });
});

describe("elements of a snapshot", () => {
  test("scripts never are", () => {
    expect(cleaned(element("SCRIPT", { src: "http://evil" }))["tagName"]).toBe("noscript");
    expect(cleaned(element("script", {}, [], { isSVG: true }))["tagName"]).toBe("noscript");
    expect(cleaned(element("x:script", {}, [], { isSVG: 1 }))["tagName"]).toBe("noscript");
    expect(cleaned(element("a:b:script", {}, [], { isSVG: true }))["tagName"]).toBe("noscript");
    expect(cleaned(element("x:constructor", {}, [], { isSVG: true }))["tagName"]).toBe("div");
  });

  test("names that can't be created become plain boxes", () => {
    for (const name of ["a b", "<img>", "constructor", "__proto__", 7]) {
      expect(cleaned(element(name as string))["tagName"]).toBe("div");
    }
  });

  test("names of SVG keep their case", () => {
    expect(cleaned(element("linearGradient", {}, [], { isSVG: true }))["tagName"]).toBe("linearGradient");
  });

  test("only what may host a shadow root does, and only custom names are custom", () => {
    expect(cleaned(element("img", {}, [], { isShadowHost: true }))["isShadowHost"]).toBeUndefined();
    expect(cleaned(element("my-app", {}, [], { isShadowHost: true, isCustom: true }))).toMatchObject({
      isShadowHost: true,
      isCustom: true,
    });
    expect(cleaned(element("annotation-xml", {}, [], { isCustom: true }))["isCustom"]).toBeUndefined();
  });

  test("the text of a style element is CSS, said so or not", () => {
    const style = cleaned(element("style", {}, [text("a{b:url(http://evil)}")]));
    expect((style["childNodes"] as Json[])[0]!["textContent"]).toBe('a{b:url("data:,")}');
  });

  test("a style of SVG is one whatever its prefix", () => {
    const style = cleaned(element("x:style", {}, [text("a{b:url(http://evil)}")], { isSVG: true }));
    expect((style["childNodes"] as Json[])[0]!["textContent"]).toBe('a{b:url("data:,")}');
  });

  test("a style cut into texts is read as a whole", () => {
    const style = cleaned(element("style", {}, [text("a{b:u"), text("rl(http://evil)}")]));
    const joined = (style["childNodes"] as Json[]).map((child) => child["textContent"]).join("");
    expect(joined).toBe('a{b:url("data:,")}');
  });

  test("other text is left alone", () => {
    const code = "a{background:url(http://example.com)}";
    const pre = cleaned(element("pre", {}, [text(code)]));
    expect((pre["childNodes"] as Json[])[0]!["textContent"]).toBe(code);
  });

  test("nodes that rrweb can't place are left out", () => {
    const box = cleaned(
      element("div", {}, [
        { type: 0, id: 900, childNodes: [] },
        { type: 1, id: 901, name: "html" },
        { type: 9, id: 902 },
        { type: 2, tagName: "p" },
        { type: 4, id: 903, textContent: "x" },
      ]),
    );
    expect(box["childNodes"]).toEqual([{ type: 3, id: 903, textContent: "x" }]);
  });

  test("a tree of any depth does not exhaust the stack", () => {
    let node = element("div");
    for (let depth = 0; depth < 5_000; depth++) node = element("div", {}, [node]);
    expect(() => cleaned(node)).not.toThrow();
  });
});

describe("changes", () => {
  const first = (event: unknown) => event as { data: { adds: Json[]; texts: Json[]; attributes: Json[] } };

  test("are read by the tag of the node that they change", () => {
    const sanitizer = new Sanitizer();
    const image = element("img", { src: "data:image/png,x" });
    const frame = element("iframe");
    sanitizer.sanitize(snapshot(image, frame));
    const event = sanitizer.sanitize(
      mutation({
        attributes: [
          { id: image["id"], attributes: { src: "http://evil", onerror: "x()", alt: null } },
          { id: frame["id"], attributes: { src: "data:image/png,x", srcdoc: "<p>" } },
        ],
      }),
    );
    const [ofImage, ofFrame] = first(event).data.attributes;
    expect(ofImage!["attributes"]).toEqual({ src: IMAGE_PLACEHOLDER, alt: null });
    expect(ofFrame!["attributes"]).toEqual({});
  });

  test("of a style's text are CSS, of other text are not", () => {
    const sanitizer = new Sanitizer();
    const css = text("a{}");
    const style = element("style", {}, [css]);
    const words = text("x");
    const words2 = element("p", {}, [words]);
    sanitizer.sanitize(snapshot(style, words2));
    const value = "b{c:url(http://evil)}";
    const event = sanitizer.sanitize(
      mutation({
        texts: [
          { id: css["id"], value },
          { id: words["id"], value },
        ],
        adds: [{ parentId: style["id"], nextId: null, node: text(value) }],
      }),
    );
    const [ofStyle, ofWords] = first(event).data.texts;
    expect(ofStyle!["value"]).toBe('b{c:url("data:,")}');
    expect(ofWords!["value"]).toBe(value);
    expect((first(event).data.adds[0]!["node"] as Json)["textContent"]).toBe('b{c:url("data:,")}');
  });

  test("are read strictly after a jump, until the next snapshot says what is what", () => {
    const sanitizer = new Sanitizer();
    const words = text("x");
    sanitizer.sanitize(snapshot(element("p", {}, [words])));
    sanitizer.forget();
    const value = "b{c:url(http://evil)}";
    const change = () =>
      first(sanitizer.sanitize(mutation({ texts: [{ id: words["id"], value }] }))).data.texts[0]!;
    expect(change()["value"]).toBe('b{c:url("data:,")}');
    sanitizer.sanitize(snapshot(element("p", {}, [words])));
    expect(change()["value"]).toBe(value);
  });

  test("of a style object lose foreign addresses", () => {
    const event = new Sanitizer().sanitize(
      mutation({
        attributes: [
          {
            id: 5,
            attributes: {
              style: { background: "url(http://evil)", color: ["red", "important"], top: false },
            },
          },
        ],
      }),
    );
    expect(first(event).data.attributes[0]!["attributes"]).toEqual({
      style: { background: 'url("data:,")', color: ["red", "important"], top: false },
    });
  });

  test("of nodes that were not recorded are left out: their id is that of a node of rrweb's own", () => {
    const ignored = { id: -2, parentId: 5, value: "x", attributes: { type: "text/html" } };
    const event = new Sanitizer().sanitize(
      mutation({
        adds: [{ parentId: -2, nextId: null, node: text("x") }],
        removes: [ignored],
        texts: [ignored],
        attributes: [ignored],
      }),
    );
    expect(event!.data).toEqual({ source: 0, adds: [], removes: [], texts: [], attributes: [] });
  });

  test.each<[string, Json, Json]>([
    [
      "rules",
      { source: 8, id: 5, adds: [{ rule: "a{b:url(http://evil)}", index: 0 }] },
      { adds: [{ rule: 'a{b:url("data:,")}', index: 0 }] },
    ],
    ["whole sheets", { source: 8, styleId: 1, replaceSync: "@import 'http://evil';" }, { replaceSync: "" }],
    [
      "declarations",
      { source: 13, id: 5, index: [0], set: { property: "b", value: "url(http://evil)" } },
      { set: { property: "b", value: 'url("data:,")', priority: "" } },
    ],
    [
      "adopted sheets",
      {
        source: 15,
        id: 1,
        styleIds: [1],
        styles: [{ styleId: 1, rules: [{ rule: "a{b:url(http://evil)}" }] }],
      },
      { styles: [{ styleId: 1, rules: [{ rule: 'a{b:url("data:,")}' }] }] },
    ],
  ])("of style sheets lose foreign addresses: %s", (_, data, clean) => {
    expect(new Sanitizer().sanitize(incremental(data))!.data).toMatchObject(clean);
  });
});

describe("events", () => {
  test("without use for the picture are left out", () => {
    for (const event of [
      { type: 0, data: {}, timestamp: 1 },
      { type: 5, data: { tag: "x", payload: 1 }, timestamp: 1 },
      { type: 6, data: { plugin: "rrweb/console@1", payload: {} }, timestamp: 1 },
      incremental({ source: 9, id: 1, commands: [] }),
      incremental({ source: 7, id: 1, type: 0 }),
      incremental({ source: 10, family: "f", fontSource: "url(http://evil)", buffer: false }),
      incremental({ source: 1, positions: [] }),
      incremental({ source: 2, type: 99, id: 1 }),
    ]) {
      expect(new Sanitizer().sanitize(event)).toBeNull();
    }
  });

  test("that are malformed throw, so that they are counted", () => {
    for (const event of [null, 1, [], {}, { type: 2, data: {}, timestamp: 1 }, { type: 4, timestamp: "1" }]) {
      expect(() => new Sanitizer().sanitize(event)).toThrow();
    }
  });

  test("keep a size that a screen can have", () => {
    const event = new Sanitizer().sanitize({
      type: 4,
      data: { href: 5, width: 1e9, height: -4 },
      timestamp: 1,
    });
    expect(event!.data).toEqual({ href: "", width: 16_384, height: 1 });
  });

  test("keep mouse positions that lie shortly before them", () => {
    const positions = [
      { x: 1, y: 2, id: 3, timeOffset: -1e9 },
      { x: 1, y: 2, id: 3, timeOffset: 50 },
      { x: "1", y: 2, id: 3 },
    ];
    const event = new Sanitizer().sanitize(incremental({ source: 1, positions }));
    expect((event!.data["positions"] as Json[]).map((position) => position["timeOffset"])).toEqual([
      -10_000, 0,
    ]);
  });
});
