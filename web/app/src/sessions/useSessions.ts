import {
  infiniteQueryOptions,
  queryOptions,
  replaceEqualDeep,
  useInfiniteQuery,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { api } from "../api/client";
import { type Filters, toApiQuery, writeFilters } from "./filters";
import {
  FIRST_PAGE,
  type ListPage,
  type PageStart,
  type Pages,
  afterWalk,
  countNew,
  follow,
  onePage,
  sessionsOf,
} from "./pages";

export const PAGE_SIZE = 50;

/** The first page is looked at again this often while the tab is visible; less with a search, which costs more. */
const LOOK_MS = 3_000;
const LOOK_SEARCHING_MS = 15_000;

/** All that is loaded is looked at again so often, as far as this many pages. */
const WALK_MS = 60_000;
const WALK_PAGES_MAX = 10;

/** Whoever comes back from a long replay finds all pages that they had loaded. */
const KEEP_MS = 3_600_000;

/** The sessions that match, page by page. They stay as they are until `showNew`, but are told anew. */
export function useSessions(project: string, filters: Filters) {
  const client = useQueryClient();
  const options = useMemo(() => sessionsQuery(project, filters), [project, filters]);
  const query = useInfiniteQuery(options);
  const isLoaded = query.data !== undefined && !query.isPlaceholderData;
  const { data: latest, ...look } = useQuery({
    ...latestQuery(project, filters),
    enabled: isLoaded,
    initialData: () => client.getQueryData(options.queryKey)?.pages[0],
    initialDataUpdatedAt: () => client.getQueryState(options.queryKey)?.dataUpdatedAt,
  });
  const { data: walk } = useQuery({
    ...walkQuery(project, filters, () => client.getQueryData(options.queryKey)),
    enabled: isLoaded && (query.hasNextPage || query.data.pages.length > 1),
    initialData: null,
  });
  const list = useMemo(
    () => (isLoaded ? told(query.data, latest, walk) : query.data),
    [isLoaded, query.data, latest, walk],
  );
  const hasFailed = query.isFetchNextPageError;
  useEffect(() => {
    // What one look has told stays when the next one no longer shows it. A write would end the failure of a page.
    if (hasFailed) return;
    client.setQueryData(options.queryKey, (loaded) => {
      const next = loaded && told(loaded, latest, walk);
      return next && replaceEqualDeep(loaded, next) !== loaded ? next : undefined;
    });
  }, [client, options, query.data, latest, walk, hasFailed]);

  const showNew = async () => {
    if (!latest) return;
    // What is under way would add its page to the list as it was.
    await client.cancelQueries({ queryKey: options.queryKey, exact: true });
    client.setQueryData(options.queryKey, onePage(latest));
  };
  return {
    ...query,
    error: query.error ?? look.error,
    sessions: useMemo(() => (list ? sessionsOf(list) : []), [list]),
    newCount: isLoaded && list && latest ? countNew(list, latest) : 0,
    showNew,
    lookedAt: Math.max(query.dataUpdatedAt, look.dataUpdatedAt),
    lookAgain: () => (query.isError ? query.refetch() : look.refetch()),
  };
}

/** Until there is an answer to other filters, the list before stays; another project's would be of no use. */
export function sessionsQuery(project: string, filters: Filters) {
  return infiniteQueryOptions({
    queryKey: ["sessions", project, writeFilters(filters).toString()],
    queryFn: ({ pageParam, signal }) => loadPage(project, filters, pageParam, signal),
    initialPageParam: FIRST_PAGE,
    getNextPageParam: ({ nextCursor, now }): PageStart | null =>
      nextCursor ? { cursor: nextCursor, now } : null,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: KEEP_MS,
    placeholderData: (before, query) => (query?.queryKey[1] === project ? before : undefined),
  });
}

/** The first page as it is now, whatever is loaded. */
function latestQuery(project: string, filters: Filters) {
  const everyMs = filters.q.trim() ? LOOK_SEARCHING_MS : LOOK_MS;
  return queryOptions({
    queryKey: ["sessions", project, writeFilters(filters).toString(), "latest"],
    queryFn: ({ signal }) => loadPage(project, filters, FIRST_PAGE, signal),
    staleTime: everyMs,
    refetchInterval: everyMs,
  });
}

/** All pages that are loaded, and one for what is new, as one page. */
function walkQuery(project: string, filters: Filters, loaded: () => Pages | undefined) {
  return queryOptions({
    queryKey: ["sessions", project, writeFilters(filters).toString(), "walk"],
    queryFn: async ({ signal }): Promise<ListPage | null> => {
      const pagesMax = Math.min(WALK_PAGES_MAX, (loaded()?.pages.length ?? 0) + 1);
      const walk = await loadPage(project, filters, FIRST_PAGE, signal);
      for (let count = 1; count < pagesMax && walk.nextCursor !== null; count++) {
        const page = await loadPage(project, filters, { cursor: walk.nextCursor, now: walk.now }, signal);
        walk.sessions = walk.sessions.concat(page.sessions);
        walk.nextCursor = page.nextCursor;
      }
      return walk;
    },
    staleTime: Number.POSITIVE_INFINITY,
    refetchInterval: WALK_MS,
  });
}

function told(loaded: Pages, latest: ListPage | undefined, walk: ListPage | null | undefined): Pages {
  const walked = walk ? afterWalk(loaded, walk) : loaded;
  return latest ? follow(walked, latest) : walked;
}

async function loadPage(
  project: string,
  filters: Filters,
  start: PageStart,
  signal: AbortSignal,
): Promise<ListPage> {
  const now = start.now ?? Date.now();
  return { ...(await api.sessions(project, toApiQuery(filters, now, PAGE_SIZE, start.cursor), signal)), now };
}
