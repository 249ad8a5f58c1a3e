import { useThrottledValue } from "@mantine/hooks";
import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { ApiError, type SessionAddress, api, markerQuery } from "../api/client";
import type { Manifest, MarkerChoice, MarkerList, Note } from "../api/types";
import { installHandle } from "../player/debugHandle";
import type { PlayerState } from "../player/playerState";
import { keepPreferences } from "../player/preferences";
import type { FrameWorker } from "../player/protocol";
import { SessionPlayer } from "../player/sessionPlayer";
import { placed } from "./notes";

/** Markers of a session that goes on are fetched so often at most. */
const MARKERS_EVERY_MS = 3_000;
/** Those of a rev that has passed are kept so long: a session that goes on has another rev every few seconds. */
const MARKERS_KEPT_MS = 10_000;
/** Notes of others are seen so late at most, while the page is in sight. */
const NOTES_EVERY_MS = 30_000;

/** The part of a manifest's query that others build on. */
export interface ManifestQuery {
  data: Manifest | undefined;
  refetch: (options?: {
    cancelRefetch: boolean;
  }) => Promise<{ data: Manifest | undefined; error: Error | null }>;
}

export function manifestKey(address: Pick<SessionAddress, "manifest">): readonly string[] {
  return ["manifest", address.manifest];
}

/** The manifest; `useLive` keeps it up to date while the session goes on. */
export function useManifest(address: SessionAddress) {
  return useQuery({
    queryKey: manifestKey(address),
    queryFn: ({ signal }) => api.manifest(address, signal),
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
  refetch: () => unknown;
}

/** The markers chosen, fetched anew when the session has grown. */
export function useMarkers(
  address: SessionAddress,
  newestRev: number | undefined,
  choice: MarkerChoice,
  enabled = true,
) {
  const rev = useThrottledValue(newestRev, MARKERS_EVERY_MS);
  return useQuery({
    ...markersQuery(address, rev, choice),
    enabled: enabled && rev !== undefined,
    placeholderData: keepPreviousData,
  });
}

export function markersQuery(address: SessionAddress, rev: number | undefined, choice: MarkerChoice) {
  return queryOptions({
    queryKey: ["markers", address.markers, markerQuery(choice), rev],
    queryFn: ({ signal }) => api.markers(address, choice, signal),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: MARKERS_KEPT_MS,
  });
}

/** The part of a query for notes that lists are made of. */
export interface NotesQuery {
  data: readonly Note[] | undefined;
  error: Error | null;
  isPending: boolean;
  refetch: () => unknown;
}

export function notesKey(address: string | null): readonly unknown[] {
  return ["notes", address];
}

/**
 * What people have written about the session, {@link placed} for a player whose position 0 is `originMs` after its start;
 * what others write meanwhile comes by itself.
 */
export function useNotes({ notes: address }: Pick<SessionAddress, "notes">, originMs: number): NotesQuery {
  const select = useCallback((notes: readonly Note[]) => placed(notes, originMs), [originMs]);
  return useQuery({
    queryKey: notesKey(address),
    queryFn: async ({ signal }) => (await api.notes(address!, signal)).notes as readonly Note[],
    select,
    enabled: address !== null,
    staleTime: 0,
    gcTime: 0,
    refetchInterval: NOTES_EVERY_MS,
    refetchOnWindowFocus: true,
  });
}

/** Makes the player once there is a manifest and a place for the pictures, and keeps it up to date. */
export function usePlayer(
  stage: HTMLElement | null,
  query: ManifestQuery,
  address: SessionAddress,
  startMs: number,
  newWorker: () => FrameWorker,
): SessionPlayer | null {
  const [player, setPlayer] = useState<SessionPlayer | null>(null);
  const manifest = query.data;
  const latest = useRef({ manifest, refetch: query.refetch, startMs });
  latest.current = { manifest, refetch: query.refetch, startMs };
  const hasManifest = manifest !== undefined;
  const eventsUrl = address.events;
  const isFollowed = address.live !== null;

  useEffect(() => {
    const first = latest.current.manifest;
    if (!stage || !hasManifest || !first) return;
    const made: SessionPlayer = new SessionPlayer(
      {
        stage,
        eventsUrl,
        newWorker,
        refreshManifest: () => {
          void latest.current
            .refetch()
            .then(({ data }) => data && made.setManifest(played(data, isFollowed)));
        },
      },
      played(first, isFollowed),
      latest.current.startMs,
    );
    const forget = keepPreferences(made);
    const uninstall = installHandle(made);
    setPlayer(made);
    return () => {
      uninstall();
      forget();
      made.destroy();
      setPlayer(null);
    };
  }, [stage, hasManifest, eventsUrl, isFollowed, newWorker]);

  useEffect(() => {
    if (manifest) player?.setManifest(played(manifest, isFollowed));
  }, [player, manifest, isFollowed]);

  return player;
}

/** What nobody follows ends where it ends, though it may go on elsewhere: the player waits for no more of it. */
function played(manifest: Manifest, isFollowed: boolean): Manifest {
  return isFollowed ? manifest : { ...manifest, session: { ...manifest.session, phase: "settled" } };
}

/** One part of the player's state; draws again only when that part changes. */
export function usePlayerState<T>(player: SessionPlayer, select: (state: PlayerState) => T): T {
  return useSyncExternalStore(player.subscribe, () => select(player.state));
}
