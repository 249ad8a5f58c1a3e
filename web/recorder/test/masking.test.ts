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
async function recorded(html: string, masking: MaskingRules, act: () => void = () => {}): Promise<string> {
  document.body.innerHTML = html;
  const masks = new Masking(masking, record.mirror);
  const events: eventWithTime[] = [];
  const emit = (event: eventWithTime) => {
    masks.apply(event);
    events.push(event);
  };
  stop = record({ ...masks.options, emit, slimDOMOptions: true });
  act();
  await new Promise((resolve) => setTimeout(resolve, 0));
  return JSON.stringify(events);
}

function type(selector: string, value: string): void {
  const input = document.querySelector<HTMLInputElement>(selector)!;
  input.value = value;
  input.dispatchEvent(new Event("input", { bubbles: true }));
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

test("a password stays secret when the page shows it", async () => {
  const json = await recorded(`<input id="p" type="password">`, rules("open"), () => {
    type("#p", "first");
    document.querySelector<HTMLInputElement>("#p")!.type = "text";
    type("#p", "hunter2");
  });
  expect(json).not.toContain("hunter2");
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
    () => (document.querySelector(".pii")!.firstChild!.textContent = "changed words"),
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
