import type { PlacedEvent } from "./events";

/** What the page and the worker say to each other. One job at a time; a new `load` ends the one before. */

export interface RequestedFrame {
  id: string;
  /** The number of lines that the manifest promises. */
  events: number;
  bytesRaw: number;
  /** Place of the frame among its window's; makes the `order` of its events. */
  index: number;
  /** Lines that were handed over by an earlier job and are left out of this one. */
  skip: number;
}

export type ToWorker =
  | { type: "load"; job: number; window: string; eventsUrl: string; rev: number; frames: RequestedFrame[] }
  /** One `events` message was dealt with: the worker may send another. */
  | { type: "credit"; job: number }
  | { type: "cancel" };

export type LoadFailure =
  /** The frames named are no longer part of the session: fetch the manifest again. */
  | { kind: "stale" }
  | { kind: "unauthenticated" }
  | { kind: "gone" }
  /** rrweb could not make a picture of it. */
  | { kind: "unplayable" }
  | { kind: "unavailable"; status: number };

export type FromWorker =
  | {
      type: "events";
      job: number;
      window: string;
      frame: string;
      events: PlacedEvent[];
      /** Lines of the frame handed over so far, those without use for the picture included. */
      lines: number;
      /** Lines of this message that were no usable event. */
      unusable: number;
      /** Time of the last line so far. */
      lastAt: number;
    }
  /** Nothing more will come of this frame: `missing` lines did not arrive, `surplus` were more than promised. */
  | { type: "frameEnd"; job: number; window: string; frame: string; missing: number; surplus: number }
  | { type: "failed"; job: number; window: string; failure: LoadFailure }
  | { type: "done"; job: number; window: string };

/** What reads frames for a page: a `Worker`, or what stands in for one. */
export interface FrameWorker {
  onmessage: ((event: MessageEvent<FromWorker>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
  postMessage(message: ToWorker): void;
  terminate(): void;
}
