import { useThrottledValue } from "@mantine/hooks";
import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { ApiError, api, sessionApiUrl } from "../api/client";
import type { Manifest, MarkerKind, MarkerList } from "../api/types";
import { installHandle } from "../player/debugHandle";
import type { PlayerState } from "../player/playerState";
import { SessionPlayer } from "../player/sessionPlayer";

/** Markers of a session that goes on are fetched so often at most. */
const MARKERS_EVERY_MS = 3_000;
/** Those of a rev that has passed are kept so long: a session that goes on has another rev every few seconds. */
const MARKERS_KEPT_MS = 10_000;

/** The part of a manifest's query that others build on. */
export interface ManifestQuery {
  data: Manifest | undefined;
  refetch: (options?: {
    cancelRefetch: boolean;
  }) => Promise<{ data: Manifest | undefined; error: Error | null }>;
}

export function manifestKey(project: string, session: string): readonly string[] {
  return ["manifest", project, session];
}

/** The manifest; `useLive` keeps it up to date while the session goes on. */
export function useManifest(project: string, session: string) {
  return useQuery({
    queryKey: manifestKey(project, session),
    queryFn: ({ signal }) => api.manifest(project, session, signal),
    retry: (count, error) =>
      !(error instanceof ApiError && error.status < 500 && error.status > 0) && count < 2,
    staleTime: 0,
    gcTime: 0,
  });
}

/** The part of a query for markers that lists are made of. */
export interface MarkersQuery {
  data: MarkerList | undefined;
  error: Error | null;
  isPending: boolean;
}

/** Markers of these kinds, fetched anew when the session has grown. */
export function useMarkers(
  project: string,
  session: string,
  newestRev: number | undefined,
  kinds: readonly MarkerKind[],
  enabled = true,
) {
  const rev = useThrottledValue(newestRev, MARKERS_EVERY_MS);
  return useQuery({
    ...markersQuery(project, session, rev, kinds),
    enabled: enabled && rev !== undefined,
    placeholderData: keepPreviousData,
  });
}

export function markersQuery(
  project: string,
  session: string,
  rev: number | undefined,
  kinds: readonly MarkerKind[],
) {
  return queryOptions({
    queryKey: ["markers", project, session, kinds.join(), rev],
    queryFn: ({ signal }) => api.markers(project, session, kinds, signal),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: MARKERS_KEPT_MS,
  });
}

/** Makes the player once there is a manifest and a place for the pictures, and keeps it up to date. */
export function usePlayer(
  stage: HTMLElement | null,
  query: ManifestQuery,
  project: string,
  session: string,
  startMs: number,
): SessionPlayer | null {
  const [player, setPlayer] = useState<SessionPlayer | null>(null);
  const manifest = query.data;
  const latest = useRef({ manifest, refetch: query.refetch, startMs });
  latest.current = { manifest, refetch: query.refetch, startMs };
  const hasManifest = manifest !== undefined;

  useEffect(() => {
    const first = latest.current.manifest;
    if (!stage || !hasManifest || !first) return;
    const made: SessionPlayer = new SessionPlayer(
      {
        stage,
        eventsUrl: `${sessionApiUrl(project, session)}/events`,
        refreshManifest: () => {
          void latest.current.refetch().then(({ data }) => data && made.setManifest(data));
        },
      },
      first,
      latest.current.startMs,
    );
    const uninstall = installHandle(made);
    setPlayer(made);
    return () => {
      uninstall();
      made.destroy();
      setPlayer(null);
    };
  }, [stage, hasManifest, project, session]);

  useEffect(() => {
    if (manifest) player?.setManifest(manifest);
  }, [player, manifest]);

  return player;
}

/** One part of the player's state; draws again only when that part changes. */
export function usePlayerState<T>(player: SessionPlayer, select: (state: PlayerState) => T): T {
  return useSyncExternalStore(player.subscribe, () => select(player.state));
}
