import type { Marker, Note, Session } from "../../api/types";
import { FIRST_STATE, type PlayerState } from "../../player/playerState";
import type { SessionPlayer } from "../../player/sessionPlayer";
import type { MarkersQuery } from "../useReplay";

/** What views see of a player that stands still. */
export function playerAt(state: Partial<PlayerState> = {}): SessionPlayer {
  const whole = { ...FIRST_STATE, ...state };
  const player: Partial<SessionPlayer> = {
    originAt: 0,
    positionMs: whole.positionMs,
    state: whole,
    subscribe: () => () => undefined,
  };
  return player as SessionPlayer;
}

export function marker(at: number, kind: Marker["kind"], more: Partial<Marker> = {}): Marker {
  return { at, window: "w1", kind, title: "", ...more };
}

export function note(id: string, atMs: number | null, more: Partial<Note> = {}): Note {
  return { id, author: "bob", createdAt: 1_000, atMs, text: `What ${id} says`, ...more };
}

export function answered(markers: Marker[], truncated = false): MarkersQuery {
  return { data: { rev: 1, markers, truncated }, error: null, isPending: false, refetch: () => undefined };
}

export const SESSION: Session = {
  id: "s1",
  project: "shop",
  user: null,
  startedAt: 0,
  lastEventAt: 1_000,
  durationMs: 1_000,
  activeMs: null,
  phase: "settled",
  restricted: false,
  windows: 1,
  events: 1,
  bytesRaw: null,
  bytesStored: null,
  counts: {
    clicks: 0,
    rageClicks: 0,
    deadClicks: 0,
    errors: 0,
    consoleErrors: 0,
    failedRequests: 0,
    navigations: 0,
    customEvents: 0,
  },
  entryUrl: null,
  exitUrl: null,
  browser: null,
  os: null,
  device: null,
  country: null,
  sdk: null,
  release: null,
  tags: {},
  pinned: false,
  held: false,
  expiresAt: null,
  rev: 1,
  behindMs: null,
};
