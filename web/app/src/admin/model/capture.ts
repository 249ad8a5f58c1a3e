import type { Capture, CaptureChange } from "../../api/adminTypes";

export type Flag = "console" | "errors" | "network" | "networkHeaders" | "networkBodies";
type SelectorList = keyof Capture["selectors"];
type PageList = keyof Capture["urls"];
export type List = SelectorList | PageList;

/** What the form of capture holds: lists as texts with one entry a line, the duration as it is typed, in seconds. */
export type CaptureFields = Record<Flag, boolean> &
  Record<List, string> & { seconds: number | string; consent: boolean };

export function toFields({ selectors, urls, minimumDurationMs, consent, ...flags }: Capture): CaptureFields {
  return {
    ...flags,
    mask: selectors.mask.join("\n"),
    block: selectors.block.join("\n"),
    ignore: selectors.ignore.join("\n"),
    include: urls.include.join("\n"),
    exclude: urls.exclude.join("\n"),
    seconds: minimumDurationMs / 1_000,
    consent: consent === "required",
  };
}

/** What the server is told of a change of these fields. */
export function toCaptureChange(fields: Partial<CaptureFields>): CaptureChange {
  const { mask, block, ignore, include, exclude, seconds, consent, ...flags } = fields;
  const selectors = toLists<SelectorList>({ mask, block, ignore });
  const urls = toLists<PageList>({ include, exclude });
  const minimumDurationMs = seconds === undefined ? null : toDurationMs(seconds);
  return {
    ...flags,
    ...(selectors && { selectors }),
    ...(urls && { urls }),
    ...(minimumDurationMs === null ? {} : { minimumDurationMs }),
    ...(consent === undefined ? {} : { consent: consent ? "required" : "none" }),
  };
}

/** The lists whose texts are given; null: none is. */
function toLists<L extends List>(texts: Record<L, string | undefined>): Partial<Record<L, string[]>> | null {
  const given = Object.entries<string | undefined>(texts).flatMap(([name, text]) =>
    text === undefined ? [] : [[name, linesOf(text)]],
  );
  return given.length === 0 ? null : (Object.fromEntries(given) as Partial<Record<L, string[]>>);
}

/** What is said of each line of a text in which an admin lists things; null: nothing is wrong. */
type Problem = (line: string) => string | null;

/** The lines of a text that say something, without repetitions. */
export function linesOf(text: string): string[] {
  const lines = text.split("\n").map((line) => line.trim());
  return [...new Set(lines.filter(Boolean))];
}

/** What is wrong with the first line with which something is, or with there being too many. */
export function listProblem(lines: string[], problem: Problem): string | null {
  if (lines.length > LINES_MAX) return `At most ${LINES_MAX}`;
  return lines.map(problem).find((found) => found !== null) ?? null;
}

const LINES_MAX = 50;
const SELECTOR_LENGTH_MAX = 300;
const PATTERN_LENGTH_MAX = 500;
const WILDCARDS_MAX = 5;

/** A visitor's browser that does not understand a selector would record nothing, so this one is asked. */
export function selectorProblem(selector: string): string | null {
  if (selector.length > SELECTOR_LENGTH_MAX)
    return `Longer than ${SELECTOR_LENGTH_MAX} characters: ${selector}`;
  try {
    document.createDocumentFragment().querySelector(selector);
    return null;
  } catch {
    return `Not a CSS selector: ${selector}`;
  }
}

export function patternProblem(pattern: string): string | null {
  if (pattern.length > PATTERN_LENGTH_MAX) return `Longer than ${PATTERN_LENGTH_MAX} characters: ${pattern}`;
  if (/\s/.test(pattern)) return `Without spaces: ${pattern}`;
  if (!/^(\/|\*|[a-z][a-z0-9+.-]*:\/\/)/.test(pattern)) {
    return `Begin with /, * or https://: ${pattern}`;
  }
  return pattern.split("*").length - 1 > WILDCARDS_MAX ? `At most ${WILDCARDS_MAX} * in ${pattern}` : null;
}

/** Durations are typed in seconds, with up to one decimal. */
export function toDurationMs(seconds: number | string): number | null {
  return typeof seconds === "number" && seconds >= 0 && seconds <= 60 ? Math.round(seconds * 10) * 100 : null;
}
