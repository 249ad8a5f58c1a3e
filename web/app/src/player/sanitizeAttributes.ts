import { isInlineUrl, sanitizeCss } from "./sanitizeCss";

/** What stands in for an image of another host: a quiet grey tile. */
export const IMAGE_PLACEHOLDER =
  "data:image/svg+xml," +
  encodeURIComponent(
    '<svg xmlns="http://www.w3.org/2000/svg" width="32" height="32" viewBox="0 0 32 32" preserveAspectRatio="none">' +
      '<rect width="32" height="32" fill="#dfe3e8"/><path d="M0 32L32 0" stroke="#c3c9d0"/></svg>',
  );

/** Element not known, because its snapshot was not seen: the strictest reading of each attribute applies. */
export const UNKNOWN_TAG = "?";

/** Attributes that load, navigate, submit, take the focus or change how the frame is confined. */
const DROPPED = new Set([
  "accesskey",
  "action",
  "archive",
  "attributionsrc",
  "autofocus",
  "autoplay",
  "classid",
  "code",
  "codebase",
  "csp",
  "dynsrc",
  "formaction",
  "formtarget",
  "http-equiv",
  "imagesrcset",
  "longdesc",
  "lowsrc",
  "manifest",
  "nonce",
  "ping",
  "profile",
  "sandbox",
  "srcdoc",
  "srcset",
  "target",
  "xml:base",
]);

/** SVG attributes whose value is CSS and may point elsewhere; `from`, `to`, `by`, `values` animate them. */
const CSS_VALUED = new Set([
  "by",
  "clip-path",
  "cursor",
  "fill",
  "filter",
  "from",
  "marker",
  "marker-end",
  "marker-mid",
  "marker-start",
  "mask",
  "stroke",
  "style",
  "to",
  "values",
]);

const IMAGES = new Set(["img", "image", "feimage", "input"]);
const MEDIA = new Set(["audio", "video", "source", "track"]);
const LINKS = new Set(["a", "area"]);

/** Without address and type they load nothing. */
const PLUGINS = new Set(["applet", "embed", "object"]);

type Attribute = string | number | boolean | null;

/**
 * The harmless form of one attribute, or `undefined` where there is none. Names are compared in lower case because
 * HTML does so; `tag` is lower case. Values other than plain ones are dropped: rrweb calls methods on them.
 */
export function sanitizeAttribute(tag: string, rawName: string, value: unknown): Attribute | undefined {
  const name = rawName.toLowerCase();
  // Sound and film are not played: what is foreign is not there, and a recording shall not make a noise.
  if (/^on/.test(name) || name.startsWith("rr_media") || DROPPED.has(name)) return undefined;
  if (value === null) return null;
  if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") return undefined;
  // rrweb writes numbers and booleans as text: `src: 5` is an address too.
  const text = value === true ? "" : String(value);
  const clean = sanitizeValue(tag, name, text);
  return clean === text ? value : clean;
}

/** `name` in lower case. */
function sanitizeValue(tag: string, name: string, value: string): string | undefined {
  switch (name) {
    case "_csstext":
      return sanitizeCss(value);
    case "src":
      return sanitizeSource(tag, value);
    case "href":
    case "xlink:href":
      return sanitizeReference(tag, value);
    case "rr_dataurl":
    case "poster":
    case "background":
      return isImageData(value) ? value : undefined;
    case "data":
      return tag === "object" || tag === UNKNOWN_TAG ? undefined : value;
    case "type":
      return PLUGINS.has(tag) ? undefined : value;
    case "rel":
      return tag === "link" || tag === UNKNOWN_TAG ? undefined : value;
    case "attributename":
      return /^(?:.*:)?(?:href|src|on.*|style)$/i.test(value.trim()) ? undefined : value;
    default:
      return CSS_VALUED.has(name) ? sanitizeCss(value) : value;
  }
}

function sanitizeSource(tag: string, value: string): string | undefined {
  if (IMAGES.has(tag)) return isImageData(value) ? value : IMAGE_PLACEHOLDER;
  if (MEDIA.has(tag)) return /^\s*data:(?:audio|video)\//i.test(value) ? value : undefined;
  return undefined;
}

function sanitizeReference(tag: string, value: string): string | undefined {
  if (LINKS.has(tag)) return "#";
  if (tag === "image" || tag === "feimage") return isImageData(value) ? value : IMAGE_PLACEHOLDER;
  if (tag === "link" || tag === "base") return undefined;
  if (value.startsWith("#")) return value;
  return tag === UNKNOWN_TAG ? "#" : undefined;
}

function isImageData(value: string): boolean {
  return isInlineUrl(value) && /^\s*data:image\//i.test(value);
}

/** All attributes of a new element, cleaned in place; says what an image without a source shall show. */
export function sanitizeAttributes(tag: string, attributes: Record<string, unknown>): void {
  const hadImage = "src" in attributes || "srcset" in attributes;
  for (const name of Object.keys(attributes)) {
    const clean = sanitizeAttribute(tag, name, attributes[name]);
    if (clean === undefined) delete attributes[name];
    else if (clean !== attributes[name]) attributes[name] = clean;
  }
  if (
    tag === "img" &&
    hadImage &&
    attributes["src"] === undefined &&
    attributes["rr_dataURL"] === undefined
  ) {
    attributes["src"] = IMAGE_PLACEHOLDER;
  }
}

/** A `style` attribute as rrweb records its changes: property → value, [value, priority], or false to remove. */
export function sanitizeStyleObject(style: Record<string, unknown>): Record<string, unknown> {
  const clean: Record<string, unknown> = {};
  for (const [property, value] of Object.entries(style)) {
    if (value === false) clean[property] = false;
    else if (typeof value === "string") clean[property] = sanitizeCss(value);
    else if (Array.isArray(value) && typeof value[0] === "string") {
      clean[property] = [sanitizeCss(value[0]), value[1] === "important" ? "important" : ""];
    }
  }
  return clean;
}
