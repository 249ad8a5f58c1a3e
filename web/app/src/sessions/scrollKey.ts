import type { Location } from "react-router";

/** What a scroll position belongs to: the list is where one left it, by whichever way one comes back to it. */
export function scrollKey({ pathname, search, key }: Location): string {
  return /^\/p\/[^/]+\/?$/.test(pathname) ? pathname + search : key;
}
