import { type RefObject, useEffect } from "react";
import { useOutletContext } from "react-router";

/** The query with which the page in sight is found again as it is now; null where its address says it all. */
export type Moment = RefObject<(() => string) | null>;

/** Keeps the moment that a page is at, for the way through the login: `search` says it as the address's query. */
export function useMoment(search: (() => string) | null): void {
  const moment = useOutletContext<Moment | undefined>();
  useEffect(() => {
    if (!moment) return;
    moment.current = search;
    return () => {
      moment.current = null;
    };
  }, [moment, search]);
}
