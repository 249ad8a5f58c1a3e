/** Longest address that is recorded; what is beyond says nothing to a reader and costs storage in every event. */
const URL_CHARS_MAX = 2_000;

const MASK = "***";

/**
 * The address with the values of its query masked and the names kept: `?q=shoes&page=2` becomes
 * `?q=***&page=***`. A fragment is treated alike where it holds a query (`#/search?q=…`, `#token=…`); credentials
 * before the host are removed; of a `data:` address only the media type is left.
 */
export function maskUrl(url: string): string {
  if (/^data:/i.test(url)) {
    return url.slice(0, 100).replace(/,.*$/s, ",");
  }
  const withoutCredentials = url.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#@]*@/i, "$1");
  const hashAt = withoutCredentials.indexOf("#");
  const address = hashAt < 0 ? withoutCredentials : withoutCredentials.slice(0, hashAt);
  const fragment = hashAt < 0 ? "" : "#" + maskFragment(withoutCredentials.slice(hashAt + 1));
  return (maskAfterQuestionMark(address) + fragment).slice(0, URL_CHARS_MAX);
}

/** The absolute form of an address found in the page, masked; as it stands where it is no address at all. */
export function maskResolvedUrl(url: string, base: string): string {
  try {
    return maskUrl(new URL(url, base).href);
  } catch {
    return maskUrl(url);
  }
}

/**
 * A stack without the queries and fragments of the addresses in its frames; lines and columns stay. Of a page's own
 * scripts the file is the page. Browsers escape white space in addresses: one ends there, or with its line and column.
 */
export function maskStack(stack: string): string {
  return stack.replace(/(:\/\/[^\s?#]*)[?#]\S*?(?=(?::\d+){0,2}\){0,3},?(?:\s|$))/g, "$1");
}

function maskFragment(fragment: string): string {
  return fragment.includes("?") || !fragment.includes("=")
    ? maskAfterQuestionMark(fragment)
    : maskQuery(fragment);
}

function maskAfterQuestionMark(address: string): string {
  const queryAt = address.indexOf("?");
  return queryAt < 0 ? address : address.slice(0, queryAt + 1) + maskQuery(address.slice(queryAt + 1));
}

/** A part without `=` may as well be a value (`?eyJhbGciOi…`) as a name, so it goes too. */
function maskQuery(query: string): string {
  return query.replace(/[^&;]+/g, (part) => {
    const equalsAt = part.indexOf("=");
    return equalsAt < 0 ? MASK : part.slice(0, equalsAt + 1) + MASK;
  });
}
