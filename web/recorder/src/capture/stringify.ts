import { maskStack } from "../urls";

const DEPTH_MAX = 4;
const ENTRIES_MAX = 50;
const STRING_CHARS_MAX = 2_000;
const TOTAL_CHARS_MAX = 10_000;

/**
 * Anything as JSON, for a person to read: bounded in depth, breadth and length, with cycles, functions, elements and
 * errors said in words. Getters of the page that throw are passed over.
 */
export function stringify(value: unknown): string {
  const budget = { chars: TOTAL_CHARS_MAX };
  try {
    return JSON.stringify(simplify(value, DEPTH_MAX, new Set(), budget)) ?? '"undefined"';
  } catch {
    return '"[unreadable]"';
  }
}

function simplify(value: unknown, depth: number, path: Set<object>, budget: { chars: number }): unknown {
  switch (typeof value) {
    case "string":
      return shorten(value, budget);
    case "number":
      return Number.isFinite(value) ? value : String(value);
    case "boolean":
      return value;
    case "object":
      return value === null ? null : simplifyObject(value, depth, path, budget);
    case "function":
      return `[function ${value.name || "anonymous"}]`;
    default:
      return shorten(String(value), budget);
  }
}

function simplifyObject(value: object, depth: number, path: Set<object>, budget: { chars: number }): unknown {
  if (value instanceof Error) {
    return shorten(
      value.stack?.includes(value.message)
        ? maskStack(value.stack.slice(0, 2 * STRING_CHARS_MAX))
        : `${value.name}: ${value.message}`,
      budget,
    );
  }
  if (value instanceof Date || value instanceof RegExp) {
    return String(value);
  }
  if (value instanceof Node) {
    return describeNode(value);
  }
  if (ArrayBuffer.isView(value)) {
    return `[${Object.prototype.toString.call(value).slice(8, -1)} of ${value.byteLength} bytes]`;
  }
  if (path.has(value)) {
    return "[circular]";
  }
  if (depth === 0 || budget.chars <= 0) {
    return Array.isArray(value) ? `[array of ${value.length}]` : "[object]";
  }
  path.add(value);
  const result = Array.isArray(value)
    ? value.slice(0, ENTRIES_MAX).map((entry) => simplify(entry, depth - 1, path, budget))
    : simplifyEntries(value, depth, path, budget);
  path.delete(value);
  return result;
}

function simplifyEntries(value: object, depth: number, path: Set<object>, budget: { chars: number }): object {
  const result: Record<string, unknown> = {};
  const entries =
    value instanceof Map || value instanceof Set ? { ...[...value].slice(0, ENTRIES_MAX) } : value;
  for (const name of Object.keys(entries).slice(0, ENTRIES_MAX)) {
    budget.chars -= name.length;
    if (budget.chars <= 0) {
      break;
    }
    try {
      result[name] = simplify((entries as Record<string, unknown>)[name], depth - 1, path, budget);
    } catch {
      result[name] = "[unreadable]";
    }
  }
  return result;
}

function describeNode(node: Node): string {
  if (!(node instanceof Element)) {
    return node.nodeName;
  }
  const id = node.id && `#${node.id}`;
  const classes = [...node.classList].map((name) => `.${name}`).join("");
  return `<${node.tagName.toLowerCase()}${id}${classes}>`.slice(0, 200);
}

function shorten(text: string, budget: { chars: number }): string {
  const charsMax = Math.max(0, Math.min(STRING_CHARS_MAX, budget.chars));
  budget.chars -= Math.min(text.length, charsMax);
  return text.length > charsMax ? `${text.slice(0, charsMax)}…` : text;
}
