import {
  infiniteQueryOptions,
  queryOptions,
  useInfiniteQuery,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { api } from "../api/client";
import { type Filters, toApiQuery, writeFilters } from "./filters";
import { FIRST_PAGE, type ListPage, type PageStart, countNew, follow, onePage, sessionsOf } from "./pages";

export const PAGE_SIZE = 50;

/** The first page is looked at again this often while the tab is visible; less with a search, which costs more. */
const LOOK_MS = 3_000;
const LOOK_SEARCHING_MS = 15_000;

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
  const list = useMemo(
    () => (isLoaded && latest ? follow(query.data, latest) : query.data),
    [isLoaded, query.data, latest],
  );
  useEffect(() => {
    // What one look has told stays when the next one no longer shows it.
    if (latest) client.setQueryData(options.queryKey, (loaded) => loaded && follow(loaded, latest));
  }, [client, options, query.data, latest]);

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

async function loadPage(
  project: string,
  filters: Filters,
  start: PageStart,
  signal: AbortSignal,
): Promise<ListPage> {
  const now = start.now ?? Date.now();
  return { ...(await api.sessions(project, toApiQuery(filters, now, PAGE_SIZE, start.cursor), signal)), now };
}
