import type { Manifest, Me, NewNote, Note } from "../api/types";
import { type TimeStyle, formatMoment } from "./timeStyle";

/** What the server takes. */
export const NOTE_LENGTH_MAX = 2_000;

/** A note that is being written. */
export interface Draft {
  text: string;
  /** The player's position at which writing began: the play goes on meanwhile. Null before. */
  atMs: number | null;
  /** It is about no moment in particular. */
  isWhole: boolean;
}

export const NO_DRAFT: Draft = { text: "", atMs: null, isWhole: false };

/** The draft with another text; its moment is the one where the play is when the first of it is written. */
export function written(draft: Draft, text: string, positionMs: number): Draft {
  const isBlank = text.trim() === "";
  return { ...draft, text, atMs: isBlank ? null : (draft.atMs ?? Math.floor(positionMs)) };
}

/**
 * The instant that the API counts moments of notes from: the session's start. A client whose clock is far behind has
 * events before what the server takes for the start; then it is the first of them.
 */
export function startOf({ session, windows }: Manifest): number {
  return Math.min(session.startedAt, ...windows.map((window) => window.firstAt));
}

/**
 * The notes with their moments as positions of a player whose position 0 is `originMs` after the session's start. What
 * was before that is at 0.
 */
export function placed(notes: readonly Note[], originMs: number): readonly Note[] {
  if (originMs === 0) return notes;
  return notes.map((note) =>
    note.atMs === null ? note : { ...note, atMs: Math.max(0, note.atMs - originMs) },
  );
}

/** What is sent to the server of a draft that is not empty. */
export function sentOf({ text, atMs, isWhole }: Draft, originMs: number): NewNote {
  return { text, atMs: isWhole || atMs === null ? null : Math.max(0, atMs + originMs) };
}

/** Whether somebody may delete a note: the server asks the same. */
export function mayDelete(note: Note, me: Me | null | undefined): boolean {
  return me?.role === "admin" || me?.name === note.author;
}

/** The index of the last note at or before a position; -1 before the first. Notes are {@link placed}, in the server's order. */
export function currentNote(notes: readonly Note[], positionMs: number): number {
  return notes.findLastIndex(({ atMs }) => atMs !== null && atMs <= positionMs);
}

/** What a note that is {@link placed} is about, in words. */
export function aboutOf(note: Note, style: TimeStyle, originAt: number): string {
  return note.atMs === null ? "the whole session" : formatMoment(style, originAt, note.atMs);
}

/** A note on the seek bar, standing for all that lie as close. */
export interface NoteMark {
  /** The player's position at the first of them. */
  atMs: number;
  notes: Note[];
}

/** At most `slots` marks for the whole timeline, of notes that are {@link placed}. Those about the whole session have none. */
export function noteMarks(notes: readonly Note[], durationMs: number, slots: number): NoteMark[] {
  const bySlot = new Map<number, NoteMark>();
  for (const note of notes) {
    if (note.atMs === null) continue;
    // What came after is at the end: the session may have lost some.
    const atMs = Math.min(note.atMs, durationMs);
    const slot = durationMs > 0 ? Math.floor((atMs / durationMs) * slots) : 0;
    const there = bySlot.get(slot);
    if (there) there.notes.push(note);
    else bySlot.set(slot, { atMs, notes: [note] });
  }
  return [...bySlot.values()];
}

/** As much of a text as a tooltip takes. */
export function shortened(text: string, charsMax = 160): string {
  const chars = [...text];
  return chars.length <= charsMax ? text : `${chars.slice(0, charsMax).join("")}…`;
}
