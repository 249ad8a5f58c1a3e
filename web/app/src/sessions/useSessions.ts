import { infiniteQueryOptions, useInfiniteQuery } from "@tanstack/react-query";
import { api } from "../api/client";
import type { Session } from "../api/types";
import { type Filters, toApiQuery, writeFilters } from "./filters";

const PAGE_SIZE = 50;

/** A page is asked for again this often while the tab is visible; long lists less, as all of their pages are. */
const REFRESH_MS = 3_000;
const REFRESH_LONG_MS = 15_000;
const SHORT_PAGES_MAX = 2;

/** A cursor holds for the very filters that it came with: "the last hour" must be the same hour on each page. */
interface PageStart {
  cursor: string | null;
  now: number | null;
}

const FIRST_PAGE: PageStart = { cursor: null, now: null };

/** The sessions that match, page by page. */
export function useSessions(project: string, filters: Filters) {
  const query = useInfiniteQuery(sessionsQuery(project, filters));
  return {
    ...query,
    sessions: query.data ? distinct(query.data.pages.flatMap((page) => page.sessions)) : [],
  };
}

/** Until there is an answer to other filters, the list before stays; another project's would be of no use. */
export function sessionsQuery(project: string, filters: Filters) {
  return infiniteQueryOptions({
    queryKey: ["sessions", project, writeFilters(filters).toString()],
    queryFn: async ({ pageParam, signal }) => {
      const now = pageParam.now ?? Date.now();
      const page = await api.sessions(project, toApiQuery(filters, now, PAGE_SIZE, pageParam.cursor), signal);
      return { ...page, now };
    },
    initialPageParam: FIRST_PAGE,
    getNextPageParam: ({ nextCursor, now }): PageStart | null =>
      nextCursor ? { cursor: nextCursor, now } : null,
    refetchInterval: ({ state }) =>
      (state.data?.pages.length ?? 0) > SHORT_PAGES_MAX ? REFRESH_LONG_MS : REFRESH_MS,
    placeholderData: (before, query) => (query?.queryKey[1] === project ? before : undefined),
  });
}

/** A session may move from one page to the next between two requests. */
function distinct(sessions: Session[]): Session[] {
  return [...new Map(sessions.map((session) => [session.id, session])).values()];
}
