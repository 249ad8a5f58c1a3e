import type { Json } from "./events";
import { UNKNOWN_TAG, sanitizeAttributes } from "./sanitizeAttributes";
import { sanitizeCss } from "./sanitizeCss";

const NodeType = { Document: 0, DocumentType: 1, Element: 2, Text: 3, CDATA: 4, Comment: 5 } as const;

/** Browsers stop nesting at 512 while parsing; deeper trees exist only to exhaust the stack. */
const DEPTH_MAX = 600;

const TAG_NAME = /^[a-z][a-z0-9._:-]*$/i;

/** The HTML elements that may host a shadow root, besides custom elements: on others attaching one throws. */
const SHADOW_HOSTS = new Set(
  "article aside blockquote body div footer h1 h2 h3 h4 h5 h6 header main nav p section span".split(" "),
);

/** rrweb defines an empty class for a custom element; the browser throws where the name may not be one. */
const CUSTOM_NAME = /^[a-z][a-z0-9._]*-[a-z0-9._-]*$/;
const RESERVED_NAMES = new Set(
  "annotation-xml color-profile font-face font-face-src font-face-uri font-face-format font-face-name missing-glyph".split(
    " ",
  ),
);

/** What a later change of a node must know about it. */
const REMEMBERED = new Set(
  "a area audio base embed feimage frame iframe image img input link object script source style track use video".split(
    " ",
  ),
);

const STYLE_TEXT = "#style";

/**
 * What the sanitiser remembers of one window's document: the tags of those nodes whose later changes it must judge.
 * Node ids start over with each full snapshot. Until the first one was seen (`forget`) nothing is known, and the
 * strictest reading applies. Bounded by the nodes of the document.
 */
export class NodeTags {
  private readonly tags = new Map<unknown, string>();
  private known = false;

  forget(): void {
    this.tags.clear();
    this.known = false;
  }

  startDocument(): void {
    this.tags.clear();
    this.known = true;
  }

  remember(id: unknown, tag: string): void {
    if (REMEMBERED.has(tag) || tag === STYLE_TEXT) this.tags.set(id, tag);
    else this.tags.delete(id);
  }

  tagOf(id: unknown): string {
    return this.tags.get(id) ?? (this.known ? "" : UNKNOWN_TAG);
  }

  /** Whether the text of node `id` is (or may be) part of a style sheet. */
  isStyleText(id: unknown): boolean {
    const tag = this.tagOf(id);
    return tag === STYLE_TEXT || tag === UNKNOWN_TAG;
  }

  isStyleElement(id: unknown): boolean {
    const tag = this.tagOf(id);
    return tag === "style" || tag === UNKNOWN_TAG;
  }
}

/** Cleans a serialized document in place; throws if it is none. */
export function sanitizeDocument(node: unknown, tags: NodeTags): void {
  if (!isObject(node) || node["type"] !== NodeType.Document) throw new TypeError("no document");
  sanitizeNode(node, "", tags, 0, true);
}

/**
 * Cleans one serialized node and what is below it, in place. Returns false if rrweb could not build it, so that
 * the caller leaves it out: one node that throws would take the whole picture with it.
 */
export function sanitizeNode(
  node: unknown,
  parentTag: string,
  tags: NodeTags,
  depth = 0,
  root = false,
): boolean {
  if (!isObject(node) || !((node["id"] as number) > 0) || depth > DEPTH_MAX) return false;
  switch (node["type"]) {
    case NodeType.Document:
      if (!root) return false;
      node["childNodes"] = sanitizeDocumentChildren(node, tags);
      return true;
    case NodeType.DocumentType:
      sanitizeDoctype(node);
      return parentTag === "";
    case NodeType.Element:
      sanitizeElement(node, tags, depth);
      return true;
    case NodeType.Text:
    case NodeType.CDATA:
      // An HTML document refuses CDATA sections; as text they look the same.
      node["type"] = NodeType.Text;
      sanitizeText(node, parentTag, tags);
      return true;
    case NodeType.Comment:
      node["textContent"] = String(node["textContent"] ?? "");
      return true;
    default:
      return false;
  }
}

/** A document holds one doctype, one element, and comments; anything else throws when it is built. */
function sanitizeDocumentChildren(document: Json, tags: NodeTags): unknown[] {
  const seen = new Set<unknown>();
  return childrenOf(document).filter((child) => {
    if (!isObject(child)) return false;
    const type = child["type"];
    const fits = type === NodeType.Comment || type === NodeType.DocumentType || type === NodeType.Element;
    if (!fits || (type !== NodeType.Comment && seen.has(type))) return false;
    seen.add(type);
    return sanitizeNode(child, "", tags, 1);
  });
}

function sanitizeDoctype(node: Json): void {
  if (typeof node["name"] !== "string" || !TAG_NAME.test(node["name"])) node["name"] = "html";
  node["publicId"] = String(node["publicId"] ?? "");
  node["systemId"] = String(node["systemId"] ?? "");
}

function sanitizeElement(node: Json, tags: NodeTags, depth: number): void {
  const tag = sanitizeTagName(node);
  const attributes = isObject(node["attributes"]) ? node["attributes"] : {};
  node["attributes"] = attributes;
  sanitizeAttributes(tag, attributes);
  if (node["isShadowHost"] && !SHADOW_HOSTS.has(tag) && !tag.includes("-")) delete node["isShadowHost"];
  if (node["isCustom"] && (!CUSTOM_NAME.test(tag) || RESERVED_NAMES.has(tag))) delete node["isCustom"];
  const childTag = tag === "link" && attributes["_cssText"] ? "style" : tag;
  tags.remember(node["id"], childTag);
  const children = childrenOf(node).filter((child) => sanitizeNode(child, childTag, tags, depth + 1));
  node["childNodes"] = children;
  if (childTag === "style") sanitizeSplitStyle(children);
}

/** Frames of newer kinds, which confinement lets the browser refuse with complaints only. */
const OTHER_FRAMES = new Set(["fencedframe", "portal"]);

/** Sets a tag name that can be created, and returns it in lower case. Scripts become `noscript`. */
function sanitizeTagName(node: Json): string {
  const isSvg = Boolean(node["isSVG"]);
  if (isSvg) node["isSVG"] = true;
  else delete node["isSVG"];
  const raw = typeof node["tagName"] === "string" ? node["tagName"] : "";
  // In SVG a prefix does not change what an element is: `x:script` is a script.
  const local = isSvg ? raw.slice(raw.lastIndexOf(":") + 1) : raw;
  // Names such as "constructor" would be found on the prototype of rrweb's own table of names.
  const name = TAG_NAME.test(local) && !(local in {}) ? local : "div";
  const tag = name.toLowerCase();
  if (tag === "script") node["tagName"] = "noscript";
  else if (OTHER_FRAMES.has(tag)) node["tagName"] = "span";
  else node["tagName"] = isSvg ? name : tag;
  return tag;
}

function sanitizeText(node: Json, parentTag: string, tags: NodeTags): void {
  const text = String(node["textContent"] ?? "");
  const isStyle = node["isStyle"] === true || parentTag === "style" || parentTag === UNKNOWN_TAG;
  node["textContent"] = isStyle ? sanitizeCss(text) : text;
  tags.remember(node["id"], isStyle ? STYLE_TEXT : "");
}

/** The browser joins the text nodes of a style element: what is harmless in parts may not be as a whole. */
function sanitizeSplitStyle(children: unknown[]): void {
  const texts = children.filter((child): child is Json => isObject(child) && child["type"] === NodeType.Text);
  if (texts.length < 2) return;
  const joined = texts.map((text) => text["textContent"] as string).join("");
  const clean = sanitizeCss(joined);
  if (clean === joined) return;
  texts.forEach((text, index) => (text["textContent"] = index === 0 ? clean : ""));
}

function childrenOf(node: Json): unknown[] {
  return Array.isArray(node["childNodes"]) ? node["childNodes"] : [];
}

export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
