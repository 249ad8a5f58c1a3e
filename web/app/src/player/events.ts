/**
 * The parts of rrweb's event format that the player itself looks at. The numbers are rrweb's own (`EventType`,
 * `IncrementalSource`); they are repeated here so that the worker does not pull in rrweb for the sake of two enums.
 */
export const EventType = {
  DomContentLoaded: 0,
  Load: 1,
  FullSnapshot: 2,
  Incremental: 3,
  Meta: 4,
  Custom: 5,
  Plugin: 6,
} as const;

export const Source = {
  Mutation: 0,
  MouseMove: 1,
  MouseInteraction: 2,
  Scroll: 3,
  ViewportResize: 4,
  Input: 5,
  TouchMove: 6,
  MediaInteraction: 7,
  StyleSheetRule: 8,
  CanvasMutation: 9,
  Font: 10,
  Log: 11,
  Drag: 12,
  StyleDeclaration: 13,
  Selection: 14,
  AdoptedStyleSheet: 15,
  CustomElement: 16,
} as const;

/** One parsed line of a recording, before anything is known about it. */
export type Json = Record<string, unknown>;

/** An event that may be handed to rrweb: of a known shape, and harmless (see `sanitize.ts`). */
export interface SafeEvent {
  type: number;
  data: Json;
  timestamp: number;
}

/** A safe event in its place: `order` rises within a window and tells events of the same instant apart. */
export interface PlacedEvent extends SafeEvent {
  order: number;
}

/** The `order` of a frame's first event is its index times this; no frame has as many lines. */
export const ORDERS_PER_FRAME = 2 ** 24;

/** True where a person did something: what ends an idle span. */
export function isUserActivity(event: SafeEvent): boolean {
  if (event.type === EventType.Meta) return true;
  if (event.type !== EventType.Incremental) return false;
  const source = event.data["source"] as number;
  return (
    (source >= Source.MouseMove && source <= Source.TouchMove) ||
    source === Source.Drag ||
    source === Source.MediaInteraction
  );
}
