// @vitest-environment jsdom
import type { eventWithTime } from "@rrweb/types";
import { record } from "rrweb";
import { afterEach, expect, test } from "vitest";
import { findInvalidSelector, Masking } from "../src/masking";
import type { MaskingLevel, MaskingRules } from "../src/settings";

let stop: (() => void) | undefined;
afterEach(() => {
  stop?.();
  document.body.innerHTML = "";
});

function rules(level: MaskingLevel, more: Partial<MaskingRules> = {}): MaskingRules {
  return { level, version: 1, maskSelectors: [], blockSelectors: [], ignoreSelectors: [], ...more };
}

/** Everything that rrweb and the masking say of a page, as it would be sent. */
async function recorded(
  html: string,
  masking: MaskingRules,
  act: () => void | Promise<void> = () => {},
): Promise<string> {
  document.body.innerHTML = html;
  const masks = new Masking(masking, record.mirror);
  const events: eventWithTime[] = [];
  const emit = (event: eventWithTime) => {
    masks.apply(event);
    events.push(event);
  };
  stop = record({ ...masks.options, emit, slimDOMOptions: true });
  await act();
  await turn();
  return JSON.stringify(events);
}

/** Lets observers and timers of no delay run. */
const turn = () => new Promise((resolve) => setTimeout(resolve, 0));

function type(selector: string, value: string, within: ParentNode = document): void {
  const input = within.querySelector<HTMLInputElement>(selector)!;
  input.value = value;
  input.dispatchEvent(new Event("input", { bubbles: true, composed: true }));
}

const FORM = `
  <input id="name" value="Ada-default"><input id="password" type="password"><input id="card" autocomplete="cc-number">
  <input id="token" type="hidden" value="csrf-value"><textarea id="note">note-default</textarea>
  <input type="submit" value="Pay now"><select><option value="gold">Gold plan</option></select>`;

test("balanced masks what is typed, by as many stars, and shows the page's text", async () => {
  const json = await recorded(FORM, rules("balanced"), () => {
    type("#name", "Grace");
    type("#password", "hunter2");
    type("#note", "my secret note");
  });
  for (const secret of ["Ada-default", "Grace", "hunter2", "csrf-value", "note-default", "my secret note"]) {
    expect(json).not.toContain(secret);
  }
  expect(json).toContain('"text":"*****"');
  expect(json).toContain("Gold plan");
  expect(json).toContain("Pay now");
});

test("open shows what is typed but for passwords and cards", async () => {
  const json = await recorded(FORM, rules("open"), () => {
    type("#name", "Grace");
    type("#password", "hunter2");
    type("#card", "4111111111111111");
  });
  expect(json).toContain("Grace");
  expect(json).not.toContain("hunter2");
  expect(json).not.toContain("4111");
});

test("what a field is for is read in any case, as browsers do", async () => {
  const json = await recorded(
    `<input id="card" autocomplete="Billing CC-Number"><input id="code" autocomplete="ONE-TIME-CODE"><input id="name">`,
    rules("open"),
    () => {
      type("#card", "4111111111111111");
      type("#code", "314159");
      type("#name", "Grace");
    },
  );
  expect(json).toContain("Grace");
  expect(json).not.toContain("4111");
  expect(json).not.toContain("314159");
});

test("a password stays secret when the page shows it", async () => {
  const json = await recorded(`<input id="p" type="password">`, rules("open"), () => {
    type("#p", "first");
    document.querySelector<HTMLInputElement>("#p")!.type = "text";
    type("#p", "hunter2");
  });
  expect(json).not.toContain("hunter2");
});

test("a password stays secret when the page shows it before it is typed", async () => {
  const json = await recorded(`<input id="p" type="password">`, rules("open"), async () => {
    document.querySelector<HTMLInputElement>("#p")!.type = "text";
    await turn();
    type("#p", "hunter2");
  });
  expect(json).toContain('"text":"*******"');
  expect(json).not.toContain("hunter2");
});

test("open shows what is chosen, but where it is masked, ignored or of a card", async () => {
  const select = (attributes: string) =>
    `<select ${attributes}><option value="11">Eleven</option><option value="12" selected>Twelve</option></select>`;
  const json = await recorded(
    select("id='shown'") +
      select("id='masked' class='td-mask'") +
      select("id='ignored' class='td-ignore'") +
      `<p class="td-ignore">${select("id='within'")}</p>` +
      select("id='card' autocomplete='cc-exp-month'"),
    rules("open"),
    () => ["#shown", "#masked", "#within", "#card"].forEach((id) => type(id, "11")),
  );
  const all = (pattern: RegExp) => [...json.matchAll(pattern)].map(([, value]) => value);
  expect(all(/"tagName":"select","attributes":{[^}]*"value":"([^"]*)"/g)).toEqual(["12", "**", "", "", "**"]);
  expect(all(/"text":"([^"]*)"/g)).toEqual(["11", "**", "", "**"]);
  expect(all(/("selected":true)/g)).toHaveLength(1);
});

test("strict shows no text, no readable attribute and no address's values, but the layout", async () => {
  const json = await recorded(
    `<h1 class="big" title="Visible title">Heading text</h1><img alt="A portrait" src="https://x.test/i?u=7">
     <input placeholder="Your name" aria-label="Label words" value="typed"><a href="mailto:ada@x.test">write</a>
     <button value="v1">Button text</button><input type="submit" value="Pay now"><style>.big{color:red}</style>`,
    rules("strict"),
    () => document.querySelector("h1")!.append(" added-later"),
  );
  for (const hidden of [
    "Visible",
    "Heading",
    "portrait",
    "u=7",
    "Label words",
    "typed",
    "ada@",
    "Button",
    "Pay",
    "added",
  ]) {
    expect(json).not.toContain(hidden);
  }
  for (const kept of ["Your name", '"class":"big"', "color: red"]) {
    expect(json).toContain(kept);
  }
});

test("strict masks the addresses of other sites' frames and of pictures to choose from", () => {
  const attributes: Record<string, string> = {
    rr_src: "https://pay.test/form?token=abc",
    srcset: "https://x.test/i?u=7 1x, https://x.test/j?u=8, data:image/png;base64,AAAA 3x",
  };
  const data = { source: 0, texts: [], removes: [], adds: [], attributes: [{ id: 1, attributes }] };
  const nodes = { getNode: () => document.body };
  new Masking(rules("strict"), nodes).apply({ type: 3, data, timestamp: 0 } as eventWithTime);
  expect(attributes).toEqual({
    rr_src: "https://pay.test/form?token=***",
    srcset: "https://x.test/i?u=*** 1x, https://x.test/j?u=***, data:image/png;base64,AAAA 3x",
  });
});

test("a default value that a person has emptied is not recorded", async () => {
  document.body.innerHTML = "";
  const json = await recorded(`<input id="name" value="Ada-default">`, rules("balanced"), () => {
    type("#name", "");
    record.takeFullSnapshot(true);
  });
  expect(json).not.toContain("Ada-default");
});

test("the choice of a box is the live one, not the default", async () => {
  const json = await recorded(`<input id="box" type="checkbox" checked>`, rules("balanced"), () => {
    document.querySelector<HTMLInputElement>("#box")!.checked = false;
    record.takeFullSnapshot(true);
  });
  const lastSnapshot = json.slice(json.lastIndexOf('"type":2,"data":{"node"'));
  expect(lastSnapshot).not.toContain('"checked"');
});

test("what is typed into an editable element is masked, unless open", async () => {
  const html = `<div id="editor" contenteditable="true">draft text</div>`;
  const edit = () => document.querySelector("#editor")!.append("typed words");
  const balanced = await recorded(html, rules("balanced"), edit);
  expect(balanced).not.toMatch(/draft|words/);
  stop?.();
  expect(await recorded(html, rules("open"), edit)).toMatch(/draft.*words/);
});

test("mask classes, attributes and selectors hide text and what can be read out", async () => {
  const json = await recorded(
    `<p class="td-mask">by class <b title="inner title">inside</b></p><p data-td-mask>by attribute</p>
     <p class="pii">by selector</p><p>in the clear</p>`,
    rules("balanced", { maskSelectors: [".pii"] }),
    () => void (document.querySelector(".pii")!.firstChild!.textContent = "changed words"),
  );
  expect(json).not.toMatch(/by class|inner title|inside|by attribute|by selector|changed words/);
  expect(json).toContain("in the clear");
});

test("a mask selector reaches into shadow trees, also for what comes later", async () => {
  const json = await recorded(`<x-card class="td-mask"></x-card>`, rules("balanced"), () => {
    const shadow = document.querySelector("x-card")!.attachShadow({ mode: "open" });
    shadow.innerHTML = `<p>shadow words</p>`;
  });
  expect(json).not.toContain("shadow words");
});

test("nothing comes out of a blocked element's shadow tree, whatever comes into it later", async () => {
  const html = `<x-card class="td-block"></x-card><p class="td-block"><x-inner></x-inner></p><x-open></x-open>`;
  const json = await recorded(html, rules("open"), async () => {
    for (const name of ["x-card", "x-inner", "x-open"]) {
      const shadow = document.querySelector(name)!.attachShadow({ mode: "open" });
      shadow.innerHTML = `<p title="old">words of ${name}</p><input>`;
      type("input", `typed into ${name}`, shadow);
      await turn();
      shadow.querySelector("p")!.title = `title of ${name}`;
      shadow.querySelector("p")!.firstChild!.textContent = `other words of ${name}`;
      type("input", `typed again into ${name}`, shadow);
      await turn();
    }
  });
  expect(json).not.toMatch(/of x-card|into x-card|of x-inner|into x-inner/);
  for (const seen of ["words of", "title of", "other words of", "typed again into"]) {
    expect(json).toContain(`${seen} x-open`);
  }
});

test("a mask reaches into frames, also for what comes later", async () => {
  const json = await recorded(`<p class="td-mask"><iframe></iframe></p>`, rules("open"), async () => {
    await turn();
    const frame = document.querySelector("iframe")!.contentDocument!;
    frame.body.innerHTML = `<b>frame words</b><input>`;
    await turn();
    frame.querySelector("b")!.firstChild!.textContent = "other words";
    type("input", "typed words", frame);
  });
  expect(json).not.toMatch(/(frame|other|typed) words/);
  expect(json).toContain("***** *****");
});

test("what is typed is ignored within shadow trees too, and masked in editable elements", async () => {
  const html = `<x-field class="td-ignore"></x-field><p class="td-ignore"><b contenteditable>draft text</b></p>`;
  const json = await recorded(html, rules("open"), async () => {
    const shadow = document.querySelector("x-field")!.attachShadow({ mode: "open" });
    shadow.innerHTML = `<input>`;
    await turn();
    type("input", "ignored words", shadow);
    document.querySelector("b")!.append("typed words");
  });
  expect(json).toContain('"text":""');
  expect(json).not.toMatch(/draft text|ignored words|typed words/);
});

test("blocked elements are boxes, ignored inputs stay empty", async () => {
  const json = await recorded(
    `<div class="td-block">blocked text</div><div data-td-block>also blocked</div>
     <input class="td-ignore" id="ignored" value="kept out"><input data-td-ignore id="too" value="kept too">`,
    rules("open"),
    () => {
      type("#ignored", "ignored words");
      type("#too", "other words");
    },
  );
  expect(json).not.toMatch(/blocked text|also blocked|kept out|kept too|ignored words|other words/);
});

test("the markup of a frame and the value of a custom control are not left in attributes", async () => {
  const json = await recorded(
    `<iframe srcdoc="<p>frame words</p>"></iframe><x-input value="typed"></x-input>`,
    rules("balanced"),
  );
  expect(json).not.toContain('"srcdoc"');
  expect(json).not.toContain('"typed"');
});

test("the page's address is masked", async () => {
  history.replaceState({}, "", "/page?token=abc");
  expect(await recorded("", rules("open"))).toContain("/page?token=***");
});

test("a selector that the browser does not understand is found", () => {
  expect(findInvalidSelector(rules("open", { maskSelectors: [".fine", "div[", ".x"] }))).toBe("div[");
  expect(findInvalidSelector(rules("open", { blockSelectors: [".fine"] }))).toBeNull();
});
