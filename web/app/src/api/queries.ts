import { MutationCache, QueryCache, QueryClient, useQuery } from "@tanstack/react-query";
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
  queryCache: new QueryCache({ onError: heed }),
  mutationCache: new MutationCache({ onError: heed }),
});

/** Takes from a refusal what it says of who is logged in. */
function heed(error: Error): void {
  if (!(error instanceof ApiError)) return;
  // A wrong password says nothing of the login that there is.
  if (error.status === 401 && error.code !== "BAD_CREDENTIALS") endLogin();
  // The role is another one by now.
  if (error.code === "FORBIDDEN") void refreshMe();
}

/** The login ran out: whoever needs it is shown the login page, and comes back to where they were. */
export function endLogin(): void {
  queryClient.setQueryData(ME, null);
}

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
