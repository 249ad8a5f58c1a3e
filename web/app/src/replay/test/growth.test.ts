import { expect, test } from "vitest";
import type { LiveChange, Manifest, ManifestFrame, ManifestWindow } from "../../api/types";
import { grow } from "../growth";

const frame = (id: string, window: string) => ({ id, window }) as ManifestFrame;
const window = (id: string, lastAt: number) => ({ id, lastAt }) as ManifestWindow;

const known = {
  rev: 4,
  windows: [window("a", 1), window("b", 1)],
  frames: [frame("a0", "a"), frame("b0", "b")],
} as Manifest;

const change = (since: number | null, ...frames: ManifestFrame[]): LiveChange => ({
  rev: 5,
  since,
  grown: { rev: 5, windows: [window("c", 0), window("a", 9), window("b", 1)], frames } as Manifest,
});

test("frames that were added follow those of their window, windows in their new order", () => {
  const grown = grow(known, change(4, frame("c0", "c"), frame("a1", "a"), frame("a2", "a")));
  expect(grown?.rev).toBe(5);
  expect(grown?.frames.map(({ id }) => id)).toEqual(["c0", "a0", "a1", "a2", "b0"]);
  expect(grown?.windows.map(({ lastAt }) => lastAt)).toEqual([0, 9, 1]);
  expect(known.frames).toHaveLength(2);
});

test("a change since another rev can't be added", () => {
  expect(grow(known, change(3, frame("a1", "a")))).toBeNull();
});

test("a change of which only the rev is told can't be added", () => {
  expect(grow(known, { rev: 5, since: null, grown: null })).toBeNull();
});
