import { QueryCache, QueryClient, useQuery } from "@tanstack/react-query";
import { ApiError, api } from "./client";
import type { Me } from "./types";

const ME = ["me"] as const;

/** Refusals are answers; only what may pass by itself is asked again. */
function retry(count: number, error: Error): boolean {
  const passing = error instanceof ApiError && (error.status === 0 || error.status >= 500);
  return passing && count < 2;
}

export const queryClient: QueryClient = new QueryClient({
  defaultOptions: { queries: { retry, staleTime: 2_000, refetchOnWindowFocus: false } },
  queryCache: new QueryCache({
    onError: (error) => {
      // The login ran out: whoever needs it is shown the login page.
      if (error instanceof ApiError && error.status === 401) queryClient.setQueryData(ME, null);
      // The role is another one by now.
      if (error instanceof ApiError && error.code === "FORBIDDEN") void refreshMe();
    },
  }),
});

/** Who is logged in; `null` for nobody. */
export function useMe() {
  return useQuery({
    queryKey: ME,
    queryFn: async ({ signal }): Promise<Me | null> => {
      try {
        return await api.me(signal);
      } catch (error) {
        if (error instanceof ApiError && error.status === 401) return null;
        throw error;
      }
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Asks anew who is logged in, and what they may do. */
export function refreshMe(): Promise<void> {
  return queryClient.invalidateQueries({ queryKey: ME });
}

export function setMe(me: Me | null): void {
  if (me === null) queryClient.clear();
  queryClient.setQueryData(ME, me);
}

export function useProjects() {
  return useQuery({
    queryKey: ["projects"],
    queryFn: ({ signal }) => api.projects(signal),
    select: (answer) => answer.projects,
    staleTime: 60_000,
  });
}

export function useKeys(project: string, enabled: boolean) {
  return useQuery({
    queryKey: ["keys", project],
    queryFn: ({ signal }) => api.keys(project, signal),
    enabled,
    staleTime: 60_000,
  });
}
