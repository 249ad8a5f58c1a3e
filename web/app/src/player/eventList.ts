import { EventType, type PlacedEvent } from "./events";

/** Time first; events of the same instant stay in the order of the recording. */
function compare(a: PlacedEvent, b: PlacedEvent): number {
  return a.timestamp - b.timestamp || a.order - b.order;
}

/** The index of the first event later than `t`. */
export function firstAfter(events: readonly { timestamp: number }[], t: number): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (events[middle]!.timestamp <= t) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Puts `added` into `events`, which is sorted, in place: rrweb holds on to this very array. Mostly they belong at
 * the end, or, after seeking back, in one stretch before what is there.
 */
export function insertSorted(events: PlacedEvent[], added: readonly PlacedEvent[]): void {
  if (added.length === 0) return;
  const sorted = [...added].sort(compare);
  const last = sorted.at(-1)!;
  let at = events.length;
  if (at > 0 && compare(events[at - 1]!, sorted[0]!) > 0) {
    at = lowerBound(events, sorted[0]!);
    if (compare(events[at]!, last) < 0) {
      // They interleave with what is there (a late chunk): merge that stretch.
      const end = lowerBound(events, last);
      sorted.push(...events.slice(at, end));
      sorted.sort(compare);
      splice(events, at, end - at, sorted);
      return;
    }
  }
  splice(events, at, 0, sorted);
}

/** Array.splice takes its items as arguments, of which there may be too many for the stack. */
function splice(events: PlacedEvent[], at: number, removed: number, items: PlacedEvent[]): void {
  const rest = events.slice(at + removed);
  events.length = at;
  for (const item of items) events.push(item);
  for (const item of rest) events.push(item);
}

function lowerBound(events: readonly PlacedEvent[], event: PlacedEvent): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compare(events[middle]!, event) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * The instant to show when asked for `t`: `t` itself, except where there is no picture of it. Between the Meta event
 * of a new page and its full snapshot the page is there but was not drawn yet, and before the first snapshot nothing
 * is; both show the snapshot that follows. `null` if no snapshot is known.
 */
export function pictureInstant(events: readonly PlacedEvent[], t: number): number | null {
  const next = firstAfter(events, t);
  for (let index = next - 1; index >= 0; index--) {
    const type = events[index]!.type;
    if (type === EventType.FullSnapshot) return t;
    if (type === EventType.Meta) {
      const snapshot = snapshotAfter(events, next);
      // Without its own snapshot a Meta event changes the size only: the picture before it goes on.
      if (snapshot !== null) return snapshot;
      return events.slice(0, index).some((event) => event.type === EventType.FullSnapshot) ? t : null;
    }
  }
  for (let index = next; index < events.length; index++) {
    if (events[index]!.type === EventType.FullSnapshot) return events[index]!.timestamp;
  }
  return null;
}

/** The snapshot that belongs to the page announced before `from`, if it comes before the next page. */
function snapshotAfter(events: readonly PlacedEvent[], from: number): number | null {
  for (let index = from; index < events.length; index++) {
    const { type, timestamp } = events[index]!;
    if (type === EventType.FullSnapshot) return timestamp;
    if (type === EventType.Meta) return null;
  }
  return null;
}
