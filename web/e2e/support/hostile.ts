import { added, changed, custom, element, page, plugin, svg, text, type Serialized } from "./recording";

/** What a hostile script does where it gets to run. */
const RUN = "top.pwned=1;parent.pwned=1;alert('pwned');console.log('pwned')";

/**
 * Recordings that try to run something in the app, to leave it, or to tell a foreign server that they were watched.
 * `canary` is the address of that server; every recording lasts two seconds from `at`.
 */
export function hostileRecordings(canary: string, at: number): Record<string, unknown[]> {
  const leak = (name: string) => `${canary}/leak/${name}`;
  const run = `javascript:${RUN}`;
  const whole = (body: Serialized[], head: Serialized[] = [], ...more: unknown[]) => [
    ...page(at, body, head),
    ...more,
    custom(at + 2_000, "end", {}),
  ];
  const target = element("div", { id: "target" }, "text");
  const image = element("img", { src: "data:," });
  const link = element("a", { href: "#" }, "link");

  return {
    scripts: whole(
      [
        element("script", {}, RUN),
        element("SCRIPT", { src: leak("script") }),
        svg("script", { href: leak("svg-script") }),
      ],
      [element("script", { type: "module", src: leak("module") })],
      added(at + 500, element("script", {}, RUN)),
    ),
    handlers: whole([
      element("img", { src: "x", onerror: RUN, ONLOAD: RUN }),
      element("body", { onload: RUN, onpageshow: RUN }),
      element("details", { open: "", ontoggle: RUN }, "x"),
      element("input", { autofocus: "", onfocus: RUN }),
      element("div", { onanimationstart: RUN, style: "animation: x 1s", onmouseover: RUN }, "x"),
    ]),
    "late handlers": whole(
      [target, image],
      [],
      changed(at + 400, target.id, { onclick: RUN, onmouseover: RUN }),
      changed(at + 500, image.id, {
        onerror: RUN,
        src: leak("late-image"),
        srcset: `${leak("late-srcset")} 2x`,
      }),
    ),
    "javascript addresses": whole(
      [
        element("a", { href: run, id: "click-me" }, "a link to click"),
        element("a", { href: ` java\tscript:${RUN}` }, "another"),
        element("iframe", { src: run }),
        element("form", { action: run }, element("button", { formaction: run }, "send")),
        svg("svg", {}, svg("a", { "xlink:href": run }, svg("text", {}))),
        link,
      ],
      [],
      changed(at + 500, link.id, { href: run }),
    ),
    "meta refresh and base": whole(
      [element("a", { href: "leak/base-link", id: "click-me" }, "link")],
      [
        element("meta", { "http-equiv": "refresh", content: `0;url=${leak("refresh")}` }),
        element("base", { href: `${canary}/`, target: "_top" }),
      ],
    ),
    frames: whole([
      element("iframe", {
        srcdoc: `<script>${RUN}</script><img src="${leak("srcdoc")}">`,
        sandbox: "allow-scripts",
      }),
      element("iframe", { src: leak("iframe"), rr_src: leak("rr-src") }),
      element("frameset", {}, element("frame", { src: leak("frame") })),
      element("portal", { src: leak("portal") }),
      element("fencedframe", { src: leak("fencedframe") }),
    ]),
    plugins: whole([
      element("object", { data: leak("object"), type: "text/html" }),
      element("embed", { src: leak("embed"), type: "text/html" }),
      element("applet", { code: leak("applet"), archive: leak("archive") }),
    ]),
    "svg in motion": whole([
      svg(
        "svg",
        { onload: RUN },
        svg("use", { href: `${leak("use")}#x`, "xlink:href": `${leak("xlink")}#x` }),
        svg("image", { href: leak("svg-image") }),
        svg("feImage", { href: leak("fe-image") }),
        svg("animate", { attributeName: "href", values: leak("animate"), begin: "0s", onbegin: RUN }),
        svg("a", { id: "click-me" }, svg("set", { attributeName: "href", to: run }), svg("text", {})),
        svg("foreignObject", {}, element("iframe", { src: leak("foreign") })),
      ),
    ]),
    styles: whole(
      [
        element("style", {}, `@import "${leak("import")}"; body { background: url(${leak("css-url")}) }`),
        element("style", {
          _cssText: `@import url('${leak("css-text-import")}'); p { cursor: url(${leak("cursor")}), auto }`,
        }),
        element("div", {
          style: `background-image: image-set("${leak("image-set")}" 1x); list-style: \\75 rl(${leak("escaped")})`,
        }),
        target,
      ],
      [
        element("link", {
          rel: "stylesheet",
          _cssText: `@font-face { font-family: f; src: url(${leak("font")}) } body { font-family: f }`,
        }),
      ],
      changed(at + 400, target.id, { style: { background: `url(${leak("style-object")})` } }),
      {
        type: 3,
        data: { source: 8, id: target.id, adds: [{ rule: `i{background:url(${leak("rule")})}`, index: 0 }] },
        timestamp: at + 500,
      },
      {
        type: 3,
        data: { source: 10, family: "g", fontSource: `url(${leak("font-face")})`, buffer: false },
        timestamp: at + 600,
      },
      {
        type: 3,
        data: {
          source: 15,
          id: 1,
          styleIds: [1],
          styles: [{ styleId: 1, rules: [{ rule: `b{background:url(${leak("adopted")})}`, index: 0 }] }],
        },
        timestamp: at + 700,
      },
    ),
    links: whole(
      [element("p", {}, "text")],
      [
        "stylesheet",
        "preload",
        "prefetch",
        "preconnect",
        "dns-prefetch",
        "modulepreload",
        "icon",
        "manifest",
        "prerender",
      ].map((rel) => element("link", { rel, href: leak(`link-${rel}`), as: "image" })),
    ),
    images: whole([
      element("img", {
        src: leak("img"),
        srcset: `${leak("srcset")} 2x`,
        loading: "eager",
        rr_dataURL: leak("data-url"),
      }),
      element(
        "picture",
        {},
        element("source", { srcset: leak("picture") }),
        element("img", { src: "data:," }),
      ),
      element("input", { type: "image", src: leak("input-image") }),
      element(
        "table",
        { background: leak("table-background") },
        element("td", { background: leak("td-background") }),
      ),
      element(
        "video",
        { poster: leak("poster"), src: leak("video") },
        element("track", { src: leak("track"), default: "" }),
      ),
      element("audio", { src: leak("audio"), autoplay: "", rr_mediaState: "played" }),
    ]),
    forms: whole([
      element(
        "form",
        { action: leak("form"), method: "post", target: "_top" },
        element("input", { name: "a", value: "b" }),
        element("button", { type: "submit", id: "click-me", formtarget: "_top" }, "send"),
      ),
    ]),
    "custom elements": whole([
      { ...element("x-evil", { onclick: RUN }, "x"), isCustom: true },
      { ...element("annotation-xml", { encoding: "text/html" }), isCustom: true },
      { ...element("constructor", { __proto__: "x" }), isShadowHost: true },
      element("button is=x", { onclick: RUN }),
    ]),
    "links out": whole([
      element(
        "a",
        { href: leak("top"), target: "_top", id: "click-me", ping: leak("ping") },
        "a link to click",
      ),
      element("a", { href: leak("blank"), target: "_blank" }, "another"),
    ]),
    "prototype keys": [
      ...page(at, [
        JSON.parse(
          `{"type":2,"id":77,"tagName":"p","attributes":{"__proto__":{"polluted":1},"constructor":"x"},"childNodes":[],"__proto__":{"polluted":1}}`,
        ) as Serialized,
      ]),
      JSON.parse(
        `{"type":3,"data":{"__proto__":{"polluted":1},"source":0,"texts":[],"removes":[],"adds":[],"attributes":[{"id":77,"attributes":{"__proto__":{"polluted":1}}}]},"timestamp":${at + 300}}`,
      ),
      plugin(
        at + 400,
        "__proto__",
        JSON.parse(
          `{"__proto__":{"polluted":1},"level":"__proto__","trace":[],"payload":["{\\"__proto__\\":{\\"polluted\\":1}}"]}`,
        ),
      ),
      custom(at + 2_000, "__proto__", JSON.parse(`{"__proto__":{"polluted":1}}`)),
    ],
    "words on the timeline": whole(
      [element("p", {}, "text")],
      [],
      custom(at + 200, `<img src="${leak("tag")}" onerror="${RUN}">`, {
        html: `<script>${RUN}</script>`,
        link: run,
      }),
      plugin(at + 300, "rrweb/console@1", {
        level: "error",
        trace: [`at <img src=${leak("trace")}>`],
        payload: [
          JSON.stringify(`<img src="${leak("console")}" onerror="${RUN}">`),
          "{not json",
          JSON.stringify({ a: `<svg onload=${RUN}>` }),
        ],
      }),
      plugin(at + 400, "rrweb/network@1", {
        requests: [
          {
            name: run,
            method: `<b onclick=${RUN}>`,
            status: 500,
            startTime: 1,
            endTime: 2,
            duration: 1,
            initiatorType: "fetch",
            timestamp: at + 400,
          },
        ],
      }),
      custom(at + 500, "tapedeck.error", {
        kind: "error",
        name: "<script>",
        message: `<img src=${leak("error")} onerror=${RUN}>`,
        stack: run,
        source: run,
        line: 1,
        column: 1,
      }),
      custom(at + 600, "tapedeck.navigation", { href: run, kind: "push" }),
      { type: 4, data: { href: run, width: 800, height: 600 }, timestamp: at + 700 },
    ),
    "huge strings": whole([
      element("p", { title: "x".repeat(2_000_000) }, "y".repeat(2_000_000)),
      element("style", {}, "a{}".repeat(300_000) + `b{background:url(${leak("huge")})}`),
    ]),
    "deep nesting": whole([nested(400), element("p", { id: "after" }, "still here")]),
    "malformed events": [
      ...page(at, [element("p", {}, "text")]),
      { type: 3, data: null, timestamp: at + 100 },
      {
        type: 3,
        data: { source: 0, adds: "no", removes: 7, texts: null, attributes: {} },
        timestamp: at + 200,
      },
      {
        type: 3,
        data: {
          source: 0,
          adds: [{ parentId: 4, nextId: null, node: null }],
          removes: [],
          texts: [],
          attributes: [],
        },
        timestamp: at + 300,
      },
      { type: 3, data: { source: 5, id: "x", text: {}, isChecked: 7 }, timestamp: at + 400 },
      {
        type: 3,
        data: { source: 9, id: 4, type: 0, commands: [{ property: "constructor", args: [RUN] }] },
        timestamp: at + 500,
      },
      { type: 99, data: {}, timestamp: at + 600 },
      custom(at + 2_000, "end", {}),
    ],
  };
}

function nested(depth: number): Serialized {
  let inner: Serialized = text("deep");
  for (let level = 0; level < depth; level++) {
    inner = element("div", {}, inner);
  }
  return inner;
}
