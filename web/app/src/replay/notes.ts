import type { Me, Note } from "../api/types";
import { type TimeStyle, formatMoment } from "./timeStyle";

/** What the server takes. */
export const NOTE_LENGTH_MAX = 2_000;

/** A note that is being written. */
export interface Draft {
  text: string;
  /** The moment at which writing began: the play goes on meanwhile. Null before. */
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

/** Whether somebody may delete a note: the server asks the same. */
export function mayDelete(note: Note, me: Me | null | undefined): boolean {
  return me?.role === "admin" || me?.name === note.author;
}

/** The index of the last note at or before a moment; -1 before the first. Notes are in the server's order. */
export function currentNote(notes: readonly Note[], positionMs: number): number {
  return notes.findLastIndex(({ atMs }) => atMs !== null && atMs <= positionMs);
}

/** What a note is about, in words. */
export function aboutOf(note: Note, style: TimeStyle, originAt: number): string {
  return note.atMs === null ? "the whole session" : formatMoment(style, originAt, note.atMs);
}

/** A note on the seek bar, standing for all that lie as close. */
export interface NoteMark {
  /** Of the first of them, ms since the session's start. */
  atMs: number;
  notes: Note[];
}

/** At most `slots` marks for the whole timeline. Notes about the whole session have none. */
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
