import type { ManifestWindow, Marker } from "../api/types";

/** A half-open stretch of time. The unit is the caller's: epoch ms, or ms since the session's start. */
export interface Span {
  from: number;
  to: number;
}

/** Nobody did anything for this long: worth skipping. */
export const IDLE_MS_MIN = 10_000;

/** Shorter rests are not skipped, and a skip ends this long before something happens again. */
const SKIP_MS_MIN = 1_500;
const SKIP_LEAD_MS = 700;

/** Sorted, without overlaps and empty spans. */
export function mergeSpans(spans: readonly Span[]): Span[] {
  const merged: Span[] = [];
  for (const span of [...spans].sort((a, b) => a.from - b.from)) {
    if (span.to <= span.from) continue;
    const last = merged.at(-1);
    if (last && span.from <= last.to) last.to = Math.max(last.to, span.to);
    else merged.push({ ...span });
  }
  return merged;
}

/** What both cover; both must be merged. */
export function intersectSpans(a: readonly Span[], b: readonly Span[]): Span[] {
  const common: Span[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    const from = Math.max(a[i]!.from, b[j]!.from);
    const to = Math.min(a[i]!.to, b[j]!.to);
    if (from < to) common.push({ from, to });
    if (a[i]!.to < b[j]!.to) i++;
    else j++;
  }
  return common;
}

/** The rests of at least `idleMs` between activities, within the range. `times` may be in any order. */
export function detectIdle(times: Iterable<number>, range: Span, idleMs = IDLE_MS_MIN): Span[] {
  const idle: Span[] = [];
  let from = range.from;
  const inRange = [...times].filter((at) => at >= range.from && at < range.to).sort((a, b) => a - b);
  for (const at of [...inRange, range.to]) {
    if (at - from >= idleMs) idle.push({ from, to: at });
    from = at;
  }
  return idle;
}

/**
 * When the whole session rests: where each of its windows is idle or not open. `idleOf` gives a window's idle spans.
 */
export function sessionIdle(
  windows: readonly Pick<ManifestWindow, "id" | "firstAt" | "lastAt">[],
  idleOf: (window: string) => readonly Span[],
): Span[] {
  if (windows.length === 0) return [];
  const from = Math.min(...windows.map((window) => window.firstAt));
  const to = Math.max(...windows.map((window) => window.lastAt));
  let idle: Span[] = [{ from, to }];
  for (const window of windows) {
    const outside = [
      { from, to: window.firstAt },
      { from: window.lastAt, to },
    ];
    idle = intersectSpans(idle, mergeSpans([...idleOf(window.id), ...outside]));
  }
  return idle.filter((span) => span.to - span.from >= IDLE_MS_MIN);
}

/** The idle spans that the server found in one window. */
export function idleMarkersOf(markers: readonly Marker[], window: string): Span[] {
  return markers
    .filter((marker) => marker.kind === "idle" && marker.window === window)
    .map((marker) => ({ from: marker.at, to: marker.at + (marker.durationMs ?? 0) }));
}

export function spanAt(spans: readonly Span[], t: number): Span | null {
  return spans.find((span) => span.from <= t && t < span.to) ?? null;
}

/** Where to go on from `t` when idle spans are skipped, or null if there is nothing worth skipping. */
export function skipTarget(idle: readonly Span[], t: number): number | null {
  const span = spanAt(idle, t);
  if (!span) return null;
  const target = span.to - SKIP_LEAD_MS;
  return target - t >= SKIP_MS_MIN ? target : null;
}

/** Where `t` lies in a session of this length, as a percentage for the seek bar. */
export function toPercent(t: number, durationMs: number): number {
  if (durationMs <= 0) return 0;
  return Math.min(100, Math.max(0, (t / durationMs) * 100));
}

/** Who is in front: from `at` on, this window. */
export interface WindowSwitch {
  at: number;
  window: string;
}

const SHOWS_PRESENCE = new Set<Marker["kind"]>(["navigation", "click", "rageClick", "deadClick"]);

/** Windows send what they have every few seconds, each at its own time: one that is silent for less may still be open. */
const SILENT_MS_MAX = 10_000;

/**
 * The window that the person was using, over time: the one where something was last done. Opening a window brings it
 * to the front; once it is gone, the one that was used before it and still lives comes back. While the session goes on
 * (`live`), a window is not taken for gone at its last event already.
 */
export function windowSwitches(
  windows: readonly Pick<ManifestWindow, "id" | "firstAt" | "lastAt">[],
  markers: readonly Pick<Marker, "at" | "window" | "kind">[],
  live = false,
): WindowSwitch[] {
  const known = new Map(windows.map((window) => [window.id, window]));
  const uses: WindowSwitch[] = [
    ...windows.map((window) => ({ at: window.firstAt, window: window.id })),
    ...markers
      .filter((m) => SHOWS_PRESENCE.has(m.kind) && known.has(m.window))
      .map(({ at, window }) => ({ at, window })),
  ].sort((a, b) => a.at - b.at);
  const goneBefore = live
    ? Math.max(...windows.map((window) => window.lastAt)) - SILENT_MS_MAX
    : Number.POSITIVE_INFINITY;
  const ends = windows
    .filter((window) => window.lastAt < goneBefore)
    .map((window) => ({ at: window.lastAt, window: window.id, end: true }));
  const steps = [...uses.map((use) => ({ ...use, end: false })), ...ends].sort((a, b) => a.at - b.at);
  const recent: string[] = [];
  const switches: WindowSwitch[] = [];
  for (const step of steps) {
    const at = recent.indexOf(step.window);
    if (at >= 0) recent.splice(at, 1);
    if (!step.end) recent.push(step.window);
    const front = recent.at(-1);
    if (front !== undefined && switches.at(-1)?.window !== front)
      switches.push({ at: step.at, window: front });
  }
  return switches;
}

export function windowAt(switches: readonly WindowSwitch[], t: number): string | null {
  let front: string | null = switches[0]?.window ?? null;
  for (const change of switches) {
    if (change.at > t) break;
    front = change.window;
  }
  return front;
}
