import { EventType, type Json, type SafeEvent, Source } from "./events";
import { sanitizeAttribute, sanitizeStyleObject } from "./sanitizeAttributes";
import { sanitizeCss } from "./sanitizeCss";
import { NodeTags, isObject, sanitizeDocument, sanitizeNode } from "./sanitizeNode";

/**
 * Makes events of a recording harmless and well-formed before rrweb sees them.
 *
 * A recording is hostile input: anybody who has a site's write key can send one. Three layers hold, each without
 * the others: the replay's iframe is sandboxed without scripts, the app's CSP lets nothing be fetched from
 * elsewhere, and this module takes out what would run, load, navigate or submit. It also checks shapes, because an
 * exception inside of rrweb's timer would end the whole replay on account of one bad event.
 *
 * One instance per window, given its events in order: the tag of a node, said once, decides how a later change of
 * its text or attributes is read. After a jump call `forget`.
 */
export class Sanitizer {
  private readonly tags = new NodeTags();

  forget(): void {
    this.tags.forget();
  }

  /** The safe event, made in place; `null` if rrweb has no use for it; throws if it is malformed. */
  sanitize(raw: unknown): SafeEvent | null {
    if (!isObject(raw) || !isNumber(raw["timestamp"])) throw new TypeError("no event");
    const type = raw["type"];
    const data = isObject(raw["data"]) ? raw["data"] : {};
    const timestamp = raw["timestamp"];
    switch (type) {
      case EventType.Meta:
        return { type, data: sanitizeMeta(data), timestamp };
      case EventType.FullSnapshot:
        return { type, data: this.sanitizeSnapshot(data), timestamp };
      case EventType.Incremental: {
        const clean = this.sanitizeIncremental(data);
        return clean && { type, data: clean, timestamp };
      }
      case EventType.DomContentLoaded:
      case EventType.Load:
      case EventType.Custom:
      case EventType.Plugin:
        // Nothing of these is drawn; the side panel has them from the markers.
        return null;
      default:
        return null;
    }
  }

  private sanitizeSnapshot(data: Json): Json {
    this.tags.startDocument();
    sanitizeDocument(data["node"], this.tags);
    const offset = isObject(data["initialOffset"]) ? data["initialOffset"] : {};
    return {
      node: data["node"],
      initialOffset: { left: numberOr(offset["left"], 0), top: numberOr(offset["top"], 0) },
    };
  }

  private sanitizeIncremental(data: Json): Json | null {
    switch (data["source"]) {
      case Source.Mutation:
        return this.sanitizeMutation(data);
      case Source.MouseMove:
      case Source.TouchMove:
      case Source.Drag:
        return sanitizePositions(data);
      case Source.MouseInteraction:
        return hasId(data) && isNumber(data["type"]) && data["type"] >= 0 && data["type"] <= 10 ? data : null;
      case Source.Scroll:
        return hasId(data) && isNumber(data["x"]) && isNumber(data["y"]) ? data : null;
      case Source.ViewportResize:
        return { ...data, ...sizeOf(data) };
      case Source.Input:
        return hasId(data) ? { ...data, text: String(data["text"] ?? "") } : null;
      case Source.StyleSheetRule:
        return sanitizeStyleSheetRule(data);
      case Source.StyleDeclaration:
        return sanitizeStyleDeclaration(data);
      case Source.AdoptedStyleSheet:
        return sanitizeAdoptedStyleSheet(data);
      case Source.Font:
        return sanitizeFont(data);
      case Source.Selection:
        return Array.isArray(data["ranges"]) ? data : null;
      default:
        // Canvas commands are never replayed: they would need scripts in the frame. Nor are sound and film.
        return null;
    }
  }

  private sanitizeMutation(data: Json): Json {
    const adds = objects(data["adds"]).filter((add) => this.sanitizeAdd(add));
    const texts = objects(data["texts"]).filter(
      (text) => hasId(text) && (text["value"] === null || typeof text["value"] === "string"),
    );
    for (const text of texts) {
      const value = text["value"];
      if (typeof value === "string" && this.tags.isStyleText(text["id"])) text["value"] = sanitizeCss(value);
    }
    const attributes = objects(data["attributes"]).filter(hasId);
    for (const change of attributes) this.sanitizeChange(change);
    return {
      source: Source.Mutation,
      removes: objects(data["removes"]).filter(hasId),
      adds,
      texts,
      attributes,
    };
  }

  private sanitizeAdd(add: Json): boolean {
    const node = add["node"];
    if (!isObject(node) || !isNodeId(add["parentId"])) return false;
    if (node["type"] === 0) {
      sanitizeDocument(node, this.tags);
      return true;
    }
    const parentTag = this.tags.isStyleElement(add["parentId"]) ? "style" : NO_STYLE_PARENT;
    return node["type"] === 1
      ? sanitizeNode(node, "", this.tags)
      : sanitizeNode(node, parentTag, this.tags, 1);
  }

  private sanitizeChange(change: Json): void {
    const tag = this.tags.tagOf(change["id"]);
    const attributes = isObject(change["attributes"]) ? change["attributes"] : {};
    const clean: Json = {};
    for (const [name, value] of Object.entries(attributes)) {
      if (value === null) clean[name] = null;
      else if (name === "style" && isObject(value)) clean[name] = sanitizeStyleObject(value);
      else {
        const safe = sanitizeAttribute(tag, name, value);
        if (safe !== undefined) clean[name] = safe;
      }
    }
    change["attributes"] = clean;
  }
}

/** A parent that is known not to be a style element. */
const NO_STYLE_PARENT = "div";

/** Larger than any screen; an iframe of a million pixels would take the tab down. */
const SIZE_MAX = 16_384;

function sanitizeMeta(data: Json): Json {
  return { href: typeof data["href"] === "string" ? data["href"] : "", ...sizeOf(data) };
}

function sizeOf(data: Json): { width: number; height: number } {
  const clamp = (value: unknown, fallback: number) =>
    Math.min(SIZE_MAX, Math.max(1, Math.round(numberOr(value, fallback))));
  return { width: clamp(data["width"], 1280), height: clamp(data["height"], 720) };
}

/** rrweb waits this long at most before it sends gathered positions; they lie before the event's own time. */
const POSITION_AGE_MS_MAX = 10_000;

function sanitizePositions(data: Json): Json | null {
  const positions = objects(data["positions"])
    .filter((position) => isNumber(position["x"]) && isNumber(position["y"]) && hasId(position))
    .map((position) => ({
      x: position["x"],
      y: position["y"],
      id: position["id"],
      timeOffset: Math.min(0, Math.max(-POSITION_AGE_MS_MAX, numberOr(position["timeOffset"], 0))),
    }));
  return positions.length > 0 ? { source: data["source"], positions } : null;
}

function sanitizeRules(rules: unknown): Json[] {
  return objects(rules)
    .filter((add) => typeof add["rule"] === "string")
    .map((add) => ({ ...add, rule: sanitizeCss(add["rule"] as string) }));
}

function sanitizeStyleSheetRule(data: Json): Json | null {
  if (data["id"] !== undefined && data["id"] !== null && !hasId(data) && !isNumber(data["styleId"]))
    return null;
  const clean: Json = { ...data };
  if (data["adds"] !== undefined) clean["adds"] = sanitizeRules(data["adds"]);
  if (data["removes"] !== undefined) clean["removes"] = objects(data["removes"]);
  for (const name of ["replace", "replaceSync"]) {
    if (typeof data[name] === "string") clean[name] = sanitizeCss(data[name]);
    else delete clean[name];
  }
  return clean;
}

function sanitizeStyleDeclaration(data: Json): Json | null {
  if (!Array.isArray(data["index"])) return null;
  const clean: Json = { ...data };
  const set = data["set"];
  if (isObject(set)) {
    const value = typeof set["value"] === "string" ? sanitizeCss(set["value"]) : null;
    clean["set"] = {
      property: String(set["property"]),
      value,
      priority: set["priority"] === "important" ? "important" : "",
    };
  } else delete clean["set"];
  if (!isObject(data["remove"])) delete clean["remove"];
  return clean;
}

function sanitizeAdoptedStyleSheet(data: Json): Json | null {
  if (!hasId(data) || !Array.isArray(data["styleIds"])) return null;
  const styles = objects(data["styles"]).map((style) => ({ ...style, rules: sanitizeRules(style["rules"]) }));
  return { ...data, styles };
}

function sanitizeFont(data: Json): Json | null {
  if (typeof data["family"] !== "string" || typeof data["fontSource"] !== "string") return null;
  if (data["buffer"] === true) return data;
  return sanitizeCss(data["fontSource"]) === data["fontSource"] ? data : null;
}

function objects(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function hasId(data: Json): boolean {
  return isNodeId(data["id"]);
}

/**
 * Recorders number nodes from 1 on. They also tell of changes to nodes that they left out, by the id -2; rrweb uses
 * negative ids for nodes of its own and would change those instead.
 */
function isNodeId(id: unknown): boolean {
  return isNumber(id) && id > 0;
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function numberOr(value: unknown, fallback: number): number {
  return isNumber(value) ? value : fallback;
}
