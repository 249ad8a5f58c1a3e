import type { eventWithTime, serializedNodeWithId } from "@rrweb/types";
import type { recordOptions } from "rrweb";
import type { MaskingRules } from "./settings";
import { maskUrl } from "./urls";

const MASK_CLASS = "td-mask";
const BLOCK_CLASS = "td-block";
const IGNORE_CLASS = "td-ignore";

/** By this attribute rrweb knows a password field that the page has turned into text. */
const WAS_PASSWORD = "data-rr-is-password";

/** What a person types into without it being a form's control. */
const EDITABLE = '[contenteditable]:not([contenteditable="false"])';

const BUTTON_TYPES = new Set(["submit", "button", "reset", "image"]);
const CHOICE_TYPES = new Set(["checkbox", "radio"]);
const SECRET_AUTOCOMPLETE = /\b(cc-[a-z-]+|(current|new)-password|one-time-code)\b/i;
const SECRET_NAME = /(card|cc)[-_.]?(num|no$|csc|cvc|cvv)|\b(cvc|cvv|csc)\b/i;

/** Attributes whose values are shown or read out to people, masked where text is. */
const TEXT_ATTRIBUTES = new Set([
  "alt",
  "aria-description",
  "aria-label",
  "aria-roledescription",
  "aria-valuetext",
  "content",
  "label",
  "summary",
  "title",
]);
const TEXT_DATA_ATTRIBUTE = /^data-.*(title|tooltip|content|label|text|name|value|mail|user)/;
const URL_ATTRIBUTES = new Set([
  "action",
  "background",
  "data",
  "formaction",
  "href",
  "poster",
  "rr_src",
  "src",
  "xlink:href",
]);

const URL_LIST_ATTRIBUTES = new Set(["imagesrcset", "srcset"]);

type Attributes = Record<string, unknown>;

interface NodeIndex {
  getNode(id: number): Node | null;
}

/**
 * What the recording may show of the page's text and of what is typed. rrweb's own masking does the texts under a
 * mask selector and calls back for inputs; `apply` then goes over every event for what rrweb leaves open: all text
 * and readable attributes at level `strict`, default values that a person has emptied, the markup of `srcdoc`,
 * controls made of custom elements, what is chosen, selectors that match outside of a shadow tree or frame.
 */
export class Masking {
  private readonly strict: boolean;
  private readonly open: boolean;
  private readonly maskSelector: string;
  private readonly ignoreSelector: string;
  private readonly blockSelector: string;
  /** A field stays secret when the page shows the password. */
  private readonly secrets = new WeakSet<Element>();

  constructor(
    rules: MaskingRules,
    private readonly nodes: NodeIndex,
  ) {
    this.strict = rules.level === "strict";
    this.open = rules.level === "open";
    this.ignoreSelector = [`.${IGNORE_CLASS}`, "[data-td-ignore]", ...rules.ignoreSelectors].join();
    const ignored = `:is(${this.ignoreSelector})`;
    const editable = this.open ? [`${ignored}${EDITABLE}`, `${ignored} ${EDITABLE}`] : [EDITABLE];
    this.maskSelector = [`.${MASK_CLASS}`, "[data-td-mask]", ...editable, ...rules.maskSelectors].join();
    this.blockSelector = [`.${BLOCK_CLASS}`, "[data-td-block]", ...rules.blockSelectors].join();
  }

  get options(): Partial<recordOptions<eventWithTime>> {
    const masked = { input: true, textarea: true, select: !this.open, password: true };
    return {
      blockClass: BLOCK_CLASS,
      blockSelector: this.blockSelector,
      ignoreClass: IGNORE_CLASS,
      ignoreSelector: this.ignoreSelector,
      maskTextClass: MASK_CLASS,
      maskTextSelector: this.maskSelector,
      maskTextFn: stars,
      maskInputOptions: masked,
      maskInputFn: (value, element) => this.input(value, element),
    };
  }

  /** Masks the event in place. */
  apply(event: eventWithTime): void {
    if (event.type === 4) {
      event.data.href = maskUrl(event.data.href);
    } else if (event.type === 2) {
      this.tree(event.data.node, "", false);
    } else if (event.type === 3 && event.data.source === 5) {
      const element = this.nodes.getNode(event.data.id);
      event.data.text = isElement(element) ? this.input(event.data.text, element) : "";
    } else if (event.type === 3 && event.data.source === 0) {
      const shown = (id: number) => !this.isWithin(this.nodes.getNode(id), this.blockSelector);
      event.data.adds = event.data.adds.filter(({ parentId }) => shown(parentId));
      event.data.texts = event.data.texts.filter(({ id }) => shown(id));
      event.data.attributes = event.data.attributes.filter(({ id }) => shown(id));
      for (const { parentId, node } of event.data.adds) {
        const parent = this.nodes.getNode(parentId);
        this.tree(node, tagOf(parent), this.isMasked(parent));
      }
      for (const text of event.data.texts) {
        const parent = this.nodes.getNode(text.id)?.parentNode ?? null;
        if (text.value !== null && this.hidesText(tagOf(parent), this.isMasked(parent))) {
          text.value = stars(text.value);
        }
      }
      for (const { id, attributes } of event.data.attributes) {
        const element = this.nodes.getNode(id);
        this.attributes(attributes as Attributes, tagOf(element), this.isMasked(element), element);
      }
    }
  }

  /** What is recorded of a control's value. */
  private input(value: string, element: Element): string {
    if (this.isWithin(element, this.ignoreSelector) || this.isWithin(element, this.blockSelector)) {
      return "";
    }
    const type = (element as HTMLInputElement).type;
    if (CHOICE_TYPES.has(type) || (BUTTON_TYPES.has(type) && !this.strict && !this.isMasked(element))) {
      return value;
    }
    return this.hidesInput(element) ? "*".repeat(value.length) : value;
  }

  private hidesInput(element: Element): boolean {
    return !this.open || this.isSecret(element) || this.isMasked(element);
  }

  private isSecret(element: Element): boolean {
    if (this.secrets.has(element)) {
      return true;
    }
    const secret =
      (element as HTMLInputElement).type === "password" ||
      element.hasAttribute(WAS_PASSWORD) ||
      SECRET_AUTOCOMPLETE.test(element.getAttribute("autocomplete") ?? "") ||
      SECRET_NAME.test(`${element.getAttribute("name") ?? ""} ${element.id}`);
    if (secret) {
      this.secrets.add(element);
    }
    return secret;
  }

  private tree(node: serializedNodeWithId, parentTag: string, inherited: boolean): void {
    if (node.type === 3) {
      if (this.hidesText(parentTag, inherited)) {
        node.textContent = stars(node.textContent);
      }
      return;
    }
    if (node.type === 2) {
      const element = this.nodes.getNode(node.id);
      const masked = inherited || (isElement(element) && element.matches(this.maskSelector));
      this.attributes(node.attributes, node.tagName, masked, element);
      showLiveState(node.tagName, node.attributes, element);
      node.childNodes.forEach((child) => this.tree(child, node.tagName, masked));
    } else if (node.type === 0) {
      node.childNodes.forEach((child) => this.tree(child, "", inherited));
    }
  }

  /** The children of a textarea are its default value, shown by nobody once something was typed. */
  private hidesText(parentTag: string, masked: boolean): boolean {
    return parentTag === "textarea"
      ? !this.open || masked
      : (this.strict || masked) && parentTag !== "style" && parentTag !== "script";
  }

  private attributes(attributes: Attributes, tag: string, masked: boolean, element: Node | null): void {
    delete attributes.srcdoc;
    if (tag === "option" && this.hidesChoice(element)) {
      delete attributes.selected;
    }
    const hidesText = this.strict || masked;
    for (const [name, value] of Object.entries(attributes)) {
      if (typeof value !== "string" || value === "") {
        continue;
      }
      if (name === "value" && tag === "select" && isElement(element)) {
        attributes[name] = this.input(value, element);
      } else if (name === "value" && tag.includes("-") && (!this.open || masked)) {
        attributes[name] = stars(value);
      } else if (hidesText && isTextAttribute(name, tag, element)) {
        attributes[name] = stars(value);
      } else if (hidesText && URL_ATTRIBUTES.has(name)) {
        attributes[name] = /^(mailto|tel|sms):/i.test(value)
          ? value.replace(/:.*$/s, ":***")
          : maskLink(value);
      } else if (hidesText && URL_LIST_ATTRIBUTES.has(name)) {
        attributes[name] = value.replace(/\S+?(?=,?(?:\s|$))/g, (url) => maskLink(url));
      }
    }
  }

  /** Whether one must not see which option is selected. */
  private hidesChoice(option: Node | null): boolean {
    const select = isElement(option) ? option.closest("select") : null;
    return (
      !this.open ||
      (select !== null && (this.hidesInput(select) || this.isWithin(select, this.ignoreSelector)))
    );
  }

  private isMasked(node: Node | null): boolean {
    return this.isWithin(node, this.maskSelector);
  }

  /** Looks through shadow roots and frames, which `closest` does not. */
  private isWithin(node: Node | null, selector: string): boolean {
    for (let at = node; at; at = hostOf(at)) {
      const element = isElement(at) ? at : at.parentElement;
      if (element?.closest(selector)) {
        return true;
      }
    }
    return false;
  }
}

/** The first selector that this browser does not understand: silently skipped, it would mask nothing. */
export function findInvalidSelector(rules: MaskingRules): string | null {
  const probe = document.createDocumentFragment();
  const selectors = [...rules.maskSelectors, ...rules.blockSelectors, ...rules.ignoreSelectors];
  return (
    selectors.find((selector) => {
      try {
        probe.querySelector(selector);
        return false;
      } catch {
        return true;
      }
    }) ?? null
  );
}

/** The live value and choice of a control, where rrweb keeps the attribute of a default that no longer shows. */
function showLiveState(tag: string, attributes: Attributes, element: Node | null): void {
  if (!element || (tag !== "input" && tag !== "textarea")) {
    return;
  }
  const input = element as HTMLInputElement;
  if (CHOICE_TYPES.has(input.type)) {
    if (!input.checked) {
      delete attributes.checked;
    }
  } else if (input.value === "" && attributes.value !== undefined) {
    attributes.value = "";
  }
}

function isTextAttribute(name: string, tag: string, element: Node | null): boolean {
  if (name === "content") {
    return tag === "meta" && isElement(element) && element.getAttribute("name") !== "viewport";
  }
  if (name === "value") {
    return tag === "option" || tag === "button" || tag === "data" || isButton(element);
  }
  return TEXT_ATTRIBUTES.has(name) || TEXT_DATA_ATTRIBUTE.test(name);
}

/** An input whose value is its label. */
function isButton(element: Node | null): boolean {
  return (
    isElement(element) && element.tagName === "INPUT" && BUTTON_TYPES.has((element as HTMLInputElement).type)
  );
}

/** An image in the address itself is content, not a request. */
function maskLink(url: string): string {
  return /^(data|blob):/i.test(url) ? url : maskUrl(url);
}

function stars(text: string): string {
  return text.replace(/\S/g, "*");
}

function tagOf(node: Node | null): string {
  return isElement(node) ? node.tagName.toLowerCase() : "";
}

/** By the number, not by `instanceof`: nodes of same-origin frames are of another realm. */
function isElement(node: Node | null): node is Element {
  return node?.nodeType === 1;
}

/** The element around the node's shadow tree, or around its frame within this page. */
function hostOf(node: Node): Element | null {
  const root = node.getRootNode();
  if (root.nodeType === 11) {
    return (root as ShadowRoot).host ?? null;
  }
  const view = root.nodeType === 9 ? (root as Document).defaultView : null;
  return view && view !== window ? view.frameElement : null;
}
