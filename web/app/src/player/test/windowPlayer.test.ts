// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type PlacedEvent, EventType, Source } from "../events";
import { WindowPlayer } from "../windowPlayer";
import { confineFrames, meta, snapshot, textChange, textOf } from "./pictures";

let player: WindowPlayer;

beforeEach(() => {
  vi.useFakeTimers();
  confineFrames();
  const root = document.createElement("div");
  document.body.appendChild(root);
  player = new WindowPlayer(root, { onResize: () => undefined, onUnusable: () => undefined });
});

afterEach(() => {
  player.destroy();
  document.body.replaceChildren();
  vi.useRealTimers();
});

test("stands still before the first snapshot is reached, and does not run ahead of the time", async () => {
  player.insert([meta(5_000, 0), snapshot(5_000, 1, "first"), textChange(6_000, 2, "second")]);
  player.play(2_000);
  expect(textOf(player)).toBe("first");
  expect(player.isDue(2_000)).toBe(false);

  await vi.advanceTimersByTimeAsync(2_500);
  expect(textOf(player)).toBe("first");

  expect(player.isDue(5_000)).toBe(true);
  player.play(5_000);
  expect(player.isDue(5_100)).toBe(false);
  await vi.advanceTimersByTimeAsync(900);
  expect(textOf(player)).toBe("first");
  await vi.advanceTimersByTimeAsync(200);
  expect(textOf(player)).toBe("second");
});

test.each([
  ["before where it began to play", 5_500],
  ["after where it began to play", 6_500],
])("has an event in the picture that comes late, of a time %s", async (_, at) => {
  player.insert([meta(5_000, 0), snapshot(5_000, 1, "first"), position(9_000, 3)]);
  player.play(6_000);
  await vi.advanceTimersByTimeAsync(1_000);
  player.insert([textChange(at, 2, "late")]);
  expect(player.isDue(7_000)).toBe(true);
  player.play(7_000);
  expect(textOf(player)).toBe("late");
  await vi.advanceTimersByTimeAsync(1_000);
  expect(player.pause()).toBeGreaterThan(7_900);
});

function position(timestamp: number, order: number): PlacedEvent {
  return {
    type: EventType.Incremental,
    data: { source: Source.Scroll, id: 1, x: 0, y: 0 },
    timestamp,
    order,
  };
}
