/** On which pages is recorded, as patterns of their addresses. */
export interface PageRules {
  /** Empty: all. */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

/** How long a page may take from when its address changes until nothing is to be seen any more of the page before. */
export const PAGE_SETTLES_MS = 500;

/** How a look at the page's address compares with the look before. */
export type PageState = "recorded" | "entered" | "left" | "elsewhere";

/** Whether the page at this address is recorded. */
export function isRecordedPage(rules: PageRules, href: string): boolean {
  const matches = (pattern: string) => matchesAddress(pattern, href);
  return (rules.include.length === 0 || rules.include.some(matches)) && !rules.exclude.some(matches);
}

/**
 * Follows the page's address, which a page may change without loading another. Begins with a page that is recorded.
 */
export class PageGate {
  private href: string;
  private open = true;

  constructor(
    private readonly rules: PageRules,
    private readonly address: () => string,
  ) {
    this.href = address();
  }

  look(): PageState {
    const href = this.address();
    if (href === this.href) {
      return this.open ? "recorded" : "elsewhere";
    }
    this.href = href;
    const was = this.open;
    this.open = isRecordedPage(this.rules, href);
    return this.open ? (was ? "recorded" : "entered") : was ? "left" : "elsewhere";
  }
}

/**
 * A pattern is a whole address, or begins with `/` and stands for that path on any host; `*` stands for any characters.
 * It is compared with the address without query and fragment, unless it has a `?` or a `#` itself. Takes time in
 * proportion to the address, whatever the pattern.
 */
function matchesAddress(pattern: string, href: string): boolean {
  const address = /[?#]/.test(pattern) ? href : href.replace(/[?#].*$/s, "");
  if (!pattern.startsWith("/")) {
    return matchesText(pattern, address);
  }
  const host = /^[^:/?#]+:\/\/[^/?#]*/.exec(address)?.[0];
  return host !== undefined && matchesText(pattern, address.slice(host.length));
}

/** Between a beginning and an end that are fixed, the first place for each part leaves the most room for the next. */
function matchesText(pattern: string, text: string): boolean {
  const parts = pattern.split("*");
  const first = parts[0]!;
  if (parts.length === 1) {
    return text === first;
  }
  const last = parts[parts.length - 1]!;
  const end = text.length - last.length;
  if (!text.startsWith(first) || end < first.length || !text.endsWith(last)) {
    return false;
  }
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at);
    at = found + part.length;
    if (found < 0 || at > end) {
      return false;
    }
  }
  return true;
}
