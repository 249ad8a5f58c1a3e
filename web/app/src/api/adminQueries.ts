import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { admin } from "./admin";
import type { Erasure } from "./adminTypes";
import { queryClient } from "./queries";

/** While something is outstanding, an erasure is asked for again this often. */
const ERASURE_POLL_MS = 2_000;
const NUMBERS_POLL_MS = 10_000;

export function useProject(slug: string) {
  return useQuery({
    queryKey: ["project", slug],
    queryFn: ({ signal }) => admin.project(slug, signal),
  });
}

/** A project's erasures, or all; asked for again while some are not final. */
export function useErasures(project: string | null) {
  const query = useInfiniteQuery({
    queryKey: ["erasures", project],
    queryFn: ({ pageParam, signal }) => admin.erasures(project, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    refetchInterval: ({ state }) =>
      state.data?.pages.some((page) => page.erasures.some(isOpen)) ? ERASURE_POLL_MS : false,
  });
  return { ...query, erasures: query.data?.pages.flatMap((page) => page.erasures) ?? [] };
}

export function useErasure(project: string, id: string) {
  return useQuery({
    queryKey: ["erasure", project, id],
    queryFn: ({ signal }) => admin.erasure(project, id, signal),
    refetchInterval: ({ state }) => (state.data && isOpen(state.data) ? ERASURE_POLL_MS : false),
  });
}

function isOpen(erasure: Erasure): boolean {
  return erasure.finalAt === null;
}

export function useStorage(project: string) {
  return useQuery({
    queryKey: ["storage", project],
    queryFn: ({ signal }) => admin.storage(project, signal),
    refetchInterval: NUMBERS_POLL_MS,
  });
}

export function useAudit(project: string | null) {
  const query = useInfiniteQuery({
    queryKey: ["audit", project],
    queryFn: ({ pageParam, signal }) => admin.audit(project, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
  return { ...query, entries: query.data?.pages.flatMap((page) => page.entries) ?? [] };
}

export function useNodes() {
  return useQuery({
    queryKey: ["nodes"],
    queryFn: ({ signal }) => admin.nodes(signal),
    refetchInterval: NUMBERS_POLL_MS,
  });
}

export function useUsers() {
  return useQuery({ queryKey: ["users"], queryFn: ({ signal }) => admin.users(signal) });
}

export function useTokens() {
  return useQuery({ queryKey: ["tokens"], queryFn: ({ signal }) => admin.tokens(signal) });
}

/** After a change: what is shown of this is asked for again. */
export function refresh(...keys: string[]): Promise<void> {
  return Promise.all(
    [...keys, "audit"].map((key) => queryClient.invalidateQueries({ queryKey: [key] })),
  ).then(() => undefined);
}
