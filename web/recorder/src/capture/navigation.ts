import { maskUrl } from "../urls";
import { listen, patch, perMinute, type Stop } from "./patch";

const NAVIGATIONS_PER_MINUTE_MAX = 120;

export interface Navigation {
  readonly href: string;
  readonly kind: "push" | "replace" | "pop" | "hash";
}

/** Reports changes of the address that load no page. */
export function captureNavigation(report: (navigation: Navigation) => void): Stop {
  const allowed = perMinute(NAVIGATIONS_PER_MINUTE_MAX);
  let href = location.href;
  let stopped = false;
  const changed = (kind: Navigation["kind"]) => {
    try {
      if (!stopped && location.href !== href && allowed()) {
        report({ href: maskUrl(location.href), kind });
      }
      href = location.href;
    } catch {
      // The page's navigation must go on.
    }
  };
  const history = (name: "pushState" | "replaceState", kind: "push" | "replace") =>
    patch(window.history, name, (original) => {
      return function (this: History, ...args: Parameters<History["pushState"]>) {
        original.apply(this, args);
        changed(kind);
      };
    });
  const stops = [
    history("pushState", "push"),
    history("replaceState", "replace"),
    listen(window, "hashchange", () => changed("hash")),
    listen(window, "popstate", () => changed(sameButForHash(href, location.href) ? "hash" : "pop")),
  ];
  return () => {
    stopped = true;
    stops.forEach((stop) => stop());
  };
}

/** A click on a link to a fragment fires `popstate` before `hashchange`. */
function sameButForHash(before: string, after: string): boolean {
  return before.split("#")[0] === after.split("#")[0];
}
