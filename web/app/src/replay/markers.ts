import type { ConsoleLevel, Marker, MarkerKind } from "../api/types";

/** Kinds drawn on the seek bar, the most telling first: where several fall together, that one is seen. */
export const TIMELINE_KINDS = [
  "error",
  "rageClick",
  "failedRequest",
  "deadClick",
  "custom",
  "navigation",
  "click",
] as const satisfies readonly MarkerKind[];

export const KIND_LABELS: Record<MarkerKind, string> = {
  navigation: "Navigation",
  click: "Click",
  rageClick: "Rage click",
  deadClick: "Dead click",
  error: "Error",
  console: "Console",
  request: "Request",
  failedRequest: "Failed request",
  custom: "Custom event",
  idle: "Idle",
};

/** What a marker counts as: the server counts a console line of level error as an error. */
export function meaningOf({ kind, level }: Pick<Marker, "kind" | "level">): MarkerKind {
  return kind === "console" && level === "error" ? "error" : kind;
}

/** A marker on the seek bar, standing for all that lie as close. */
export interface TimelineMark {
  kind: MarkerKind;
  /** Of the marker shown, ms since the session's start. */
  atMs: number;
  title: string;
  count: number;
}

/**
 * At most `slots` marks for the whole timeline: where markers fall into the same slot, the most telling kind is
 * shown, and how many there are.
 */
export function timelineMarks(
  markers: readonly Marker[],
  originAt: number,
  durationMs: number,
  slots: number,
): TimelineMark[] {
  const bySlot = new Map<number, TimelineMark>();
  for (const marker of markers) {
    const kind = meaningOf(marker);
    const rank = rankOf(kind);
    const atMs = marker.at - originAt;
    if (rank < 0 || atMs < 0 || atMs > durationMs) continue;
    const slot = durationMs > 0 ? Math.floor((atMs / durationMs) * slots) : 0;
    const there = bySlot.get(slot);
    if (!there) bySlot.set(slot, { kind, atMs, title: marker.title, count: 1 });
    else if (rank < rankOf(there.kind)) {
      bySlot.set(slot, { kind, atMs, title: marker.title, count: there.count + 1 });
    } else there.count++;
  }
  return [...bySlot.values()].sort((a, b) => a.atMs - b.atMs);
}

function rankOf(kind: MarkerKind): number {
  return (TIMELINE_KINDS as readonly MarkerKind[]).indexOf(kind);
}

export type LevelFilter = "all" | ConsoleLevel;

export function filterConsole(markers: readonly Marker[], level: LevelFilter, text: string): Marker[] {
  return filterText(
    markers.filter((marker) => marker.kind === "console" && (level === "all" || marker.level === level)),
    text,
  );
}

export function filterRequests(markers: readonly Marker[], failedOnly: boolean, text: string): Marker[] {
  return filterText(
    markers.filter(({ kind }) => kind === "failedRequest" || (kind === "request" && !failedOnly)),
    text,
  );
}

/** Those that count as one of the kinds. */
export function filterKinds(
  markers: readonly Marker[],
  kinds: readonly MarkerKind[],
  text: string,
): Marker[] {
  return filterText(
    markers.filter((marker) => kinds.includes(meaningOf(marker))),
    text,
  );
}

/** Those that hold the text in their title or data, in any case. */
function filterText(markers: Marker[], text: string): Marker[] {
  const wanted = text.trim().toLowerCase();
  if (!wanted) return markers;
  return markers.filter(
    (marker) =>
      marker.title.toLowerCase().includes(wanted) ||
      (marker.data ? JSON.stringify(marker.data).toLowerCase().includes(wanted) : false),
  );
}

/** The index of the last marker at or before `at`; -1 before the first. Markers are ordered by time. */
export function currentIndex(markers: readonly Marker[], at: number): number {
  let low = 0;
  let high = markers.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (markers[middle]!.at <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The page that a window was on at instant `at`, as far as is known. */
export function urlAt(markers: readonly Marker[], window: string, at: number): string | null {
  let url: string | null = null;
  for (const marker of markers) {
    if (marker.at > at && url !== null) break;
    if (marker.kind !== "navigation" || marker.window !== window) continue;
    const href = marker.data?.["href"];
    url = typeof href === "string" ? href : marker.title;
  }
  return url;
}

/** A text of a marker's data, or nothing. */
export function textOf(marker: Marker, name: string): string {
  const value = marker.data?.[name];
  return typeof value === "string" ? value : value === null || value === undefined ? "" : String(value);
}

export function numberOf(marker: Marker, name: string): number | null {
  const value = marker.data?.[name];
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}
