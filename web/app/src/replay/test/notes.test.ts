import { describe, expect, test } from "vitest";
import type { Manifest } from "../../api/types";
import {
  NO_DRAFT,
  currentNote,
  mayDelete,
  noteMarks,
  placed,
  sentOf,
  shortened,
  startOf,
  written,
} from "../notes";
import { SESSION, note } from "./fakes";

describe("a draft", () => {
  test("keeps the moment at which writing began", () => {
    const begun = written(NO_DRAFT, "c", 83_400.7);
    expect(begun).toEqual({ text: "c", atMs: 83_400, isWhole: false });
    expect(written(begun, "ca", 90_000)).toMatchObject({ text: "ca", atMs: 83_400 });
  });

  test("that is emptied begins anew", () => {
    const emptied = written(written(NO_DRAFT, "c", 1_000), "  ", 2_000);
    expect(emptied.atMs).toBeNull();
    expect(written(emptied, "d", 3_000).atMs).toBe(3_000);
  });
});

describe("a moment", () => {
  const manifest = (startedAt: number, ...firstAts: number[]): Manifest => ({
    session: { ...SESSION, startedAt },
    rev: 1,
    behindMs: null,
    windows: firstAts.map((firstAt, index) => ({
      id: `w${index}`,
      firstAt,
      lastAt: firstAt + 1,
      events: 1,
      fullSnapshots: [],
    })),
    frames: [],
    gaps: [],
  });

  test("is counted from the session's start, and from the first event of a clock that is far behind", () => {
    expect(startOf(manifest(5_000))).toBe(5_000);
    expect(startOf(manifest(5_000, 7_000, 9_000))).toBe(5_000);
    expect(startOf(manifest(5_000, 100, 9_000))).toBe(100);
  });

  test("is the same when it comes back from the server", () => {
    const draft = written(NO_DRAFT, "here", 83_400);
    const { atMs } = sentOf(draft, 4_000);
    expect(atMs).toBe(87_400);
    expect(placed([note("one", atMs)], 4_000)[0]!.atMs).toBe(83_400);
    expect(sentOf({ ...draft, isWhole: true }, 4_000).atMs).toBeNull();
    expect(placed([note("whole", null)], 4_000)[0]!.atMs).toBeNull();
  });

  test("before anything that is played is at the beginning", () => {
    expect(placed([note("one", 1_000)], 4_000)[0]!.atMs).toBe(0);
  });
});

describe("marks", () => {
  test("stand where the notes are, and notes about the whole session have none", () => {
    const [whole, early, late] = [note("whole", null), note("early", 1_000), note("late", 9_000)];
    expect(noteMarks([whole, early, late], 10_000, 100)).toEqual([
      { atMs: 1_000, notes: [early] },
      { atMs: 9_000, notes: [late] },
    ]);
  });

  test("of notes that lie close are one", () => {
    const [one, other, far] = [note("one", 1_000), note("other", 1_050), note("far", 5_000)];
    expect(noteMarks([one, other, far], 10_000, 10)).toEqual([
      { atMs: 1_000, notes: [one, other] },
      { atMs: 5_000, notes: [far] },
    ]);
  });

  test("do not leave the timeline", () => {
    const beyond = note("beyond", 20_000);
    expect(noteMarks([beyond], 10_000, 10)).toEqual([{ atMs: 10_000, notes: [beyond] }]);
    expect(noteMarks([beyond], 0, 10)).toEqual([{ atMs: 0, notes: [beyond] }]);
  });
});

test("the current note is the last one reached, never one about the whole session", () => {
  const notes = [note("whole", null), note("a", 1_000), note("b", 5_000)];
  expect(currentNote(notes, 0)).toBe(-1);
  expect(currentNote(notes, 1_000)).toBe(1);
  expect(currentNote(notes, 9_000)).toBe(2);
});

test("a note is deleted by its author or an admin", () => {
  const byAda = note("a", 1, { author: "ada" });
  expect(mayDelete(byAda, { name: "ada", role: "viewer" })).toBe(true);
  expect(mayDelete(byAda, { name: "bob", role: "viewer" })).toBe(false);
  expect(mayDelete(byAda, { name: "bob", role: "admin" })).toBe(true);
  expect(mayDelete(byAda, null)).toBe(false);
});

test("a long text is shortened between characters", () => {
  expect(shortened("short")).toBe("short");
  expect(shortened("🙂🙂🙂", 2)).toBe("🙂🙂…");
});
