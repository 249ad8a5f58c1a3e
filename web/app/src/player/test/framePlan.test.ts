import { describe, expect, test } from "vitest";
import {
  type PlannedFrame,
  batchFrames,
  endFrameIndex,
  framesToEvict,
  planFrames,
  startFrameIndex,
} from "../framePlan";

const MB = 1024 * 1024;

/** Frames of ten seconds each; those named begin with a full snapshot a little after their first event. */
function frames(count: number, snapshots: number[], bytesRaw = MB): PlannedFrame[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `f${index}`,
    firstAt: index * 10_000,
    lastAt: index * 10_000 + 9_999,
    bytesRaw,
    fullSnapshots: snapshots.includes(index) ? [index * 10_000 + 20] : [],
  }));
}

const ids = (list: readonly { id: string }[]) => list.map((frame) => frame.id).join(" ");
const none = () => false;

describe("startFrameIndex", () => {
  test("is the frame with the last full snapshot at or before the instant", () => {
    const list = frames(6, [0, 3]);
    expect(startFrameIndex(list, 29_999)).toBe(0);
    expect(startFrameIndex(list, 30_010)).toBe(0);
    expect(startFrameIndex(list, 30_020)).toBe(3);
    expect(startFrameIndex(list, 59_000)).toBe(3);
  });

  test("includes the frame before where a snapshot was cut from its Meta event", () => {
    const list = frames(6, [0, 3]);
    list[3] = { ...list[3]!, fullSnapshots: [30_000] };
    expect(startFrameIndex(list, 45_000)).toBe(2);
  });

  test("is the first frame where there is no snapshot yet", () => {
    expect(startFrameIndex(frames(3, [2]), 5_000)).toBe(0);
  });
});

describe("endFrameIndex", () => {
  test("takes in every frame that has events up to the instant, overlapping ones too", () => {
    const list = frames(5, [0]);
    list[4] = { ...list[4]!, firstAt: 12_000 };
    expect(endFrameIndex(list, 15_000)).toBe(5);
    expect(endFrameIndex(frames(5, [0]), 15_000)).toBe(2);
  });

  test("goes up to the first snapshot where there is none before", () => {
    expect(endFrameIndex(frames(5, [2]), 0)).toBe(3);
  });
});

describe("planFrames", () => {
  test("reads what the instant needs first, then forward, and nothing from before", () => {
    expect(ids(planFrames(frames(6, [0, 3]), 45_000, none))).toBe("f3 f4 f5");
  });

  test("leaves out what is there", () => {
    expect(ids(planFrames(frames(6, [0, 3]), 0, (frame) => frame.id === "f0"))).toBe("f1 f2 f3 f4 f5");
  });

  test("reads ahead for so long in a large session", () => {
    const plan = planFrames(frames(100, [0]), 5_000, none, { aheadMs: 20_000, aheadBytes: 50 * MB });
    expect(ids(plan)).toBe("f0 f1 f2");
  });

  test("reads ahead for so many bytes", () => {
    const plan = planFrames(frames(100, [0], 10 * MB), 0, none, { aheadMs: 600_000, aheadBytes: 35 * MB });
    expect(ids(plan)).toBe("f0 f1 f2 f3");
  });

  test("counts what is there towards the bound, so that it holds while playing", () => {
    const held = (frame: PlannedFrame) => ["f0", "f1", "f2", "f3"].includes(frame.id);
    expect(planFrames(frames(100, [0], 10 * MB), 0, held, { aheadMs: 600_000, aheadBytes: 35 * MB })).toEqual(
      [],
    );
  });

  test("reads all that an instant needs, whatever the bounds", () => {
    const plan = planFrames(frames(100, [0], 10 * MB), 95_000, none, { aheadMs: 0, aheadBytes: MB });
    expect(plan).toHaveLength(10);
  });

  test("reads a small session to its end", () => {
    const plan = planFrames(frames(40, [0]), 0, none, { aheadMs: 20_000, aheadBytes: 64 * MB });
    expect(plan).toHaveLength(40);
  });
});

describe("framesToEvict", () => {
  const all = () => true;

  test("gives up nothing within the bound", () => {
    expect(framesToEvict(frames(10, [0, 5]), 70_000, all, 10 * MB)).toEqual([]);
  });

  test("gives up what is behind the snapshot in use, the oldest first", () => {
    expect(ids(framesToEvict(frames(10, [0, 5]), 70_000, all, 7 * MB))).toBe("f0 f1 f2");
  });

  test("never gives up what the instant needs", () => {
    expect(framesToEvict(frames(10, [0]), 70_000, all, MB)).toEqual([]);
  });
});

describe("batchFrames", () => {
  test("bounds the bytes and the number of frames of one request", () => {
    expect(batchFrames(frames(30, [], 1_000)).map((batch) => batch.length)).toEqual([24, 6]);
    expect(batchFrames(frames(5, [], 3 * MB)).map((batch) => batch.length)).toEqual([2, 2, 1]);
  });

  test("asks for a frame larger than the bound by itself", () => {
    expect(batchFrames(frames(2, [], 30 * MB)).map((batch) => batch.length)).toEqual([1, 1]);
  });

  test("bounds the length of the address", () => {
    const long = frames(4, [], 10).map((frame) => ({ ...frame, id: frame.id.padEnd(1_400, "x") }));
    expect(batchFrames(long).map((batch) => batch.length)).toEqual([2, 2]);
  });
});
