import { describe, expect, test } from "vitest";
import { FrameDecoder } from "../frameDecoder";
import type { RequestedFrame } from "../protocol";

function frame(index: number, events: number, skip = 0): RequestedFrame {
  return { id: `f${index}`, events, bytesRaw: 1, index, skip };
}

const meta = (timestamp: number) =>
  JSON.stringify({ w: "w1", type: 4, data: { href: "", width: 10, height: 10 }, timestamp });

const text = (value: string) =>
  JSON.stringify({
    type: 3,
    data: { source: 0, texts: [{ id: 9, value }], adds: [], removes: [], attributes: [] },
    timestamp: 5,
  });

const snapshot = JSON.stringify({
  type: 2,
  data: { node: { type: 0, id: 1, childNodes: [] }, initialOffset: {} },
  timestamp: 2,
});

describe("FrameDecoder", () => {
  test("counts every line, and those of no use", () => {
    const portions = [
      ...new FrameDecoder().decode(frame(0, 4), [meta(1), "{broken", '{"type":0,"timestamp":2}', meta(3)]),
    ];
    expect(portions).toHaveLength(1);
    expect(portions[0]).toMatchObject({ lines: 4, unusable: 1, lastAt: 3 });
    expect(portions[0]!.events.map((event) => event.timestamp)).toEqual([1, 3]);
  });

  test("places events by frame and line, so that ties keep their order", () => {
    const decoder = new FrameDecoder();
    const orders = [
      ...decoder.decode(frame(1, 2), [meta(5), meta(5)]),
      ...decoder.decode(frame(2, 1), [meta(5)]),
      ...decoder.decode(frame(0, 3, 2), [meta(5)]),
    ].flatMap((portion) => portion.events.map((event) => event.order));
    expect(orders).toEqual([2 ** 24, 2 ** 24 + 1, 2 * 2 ** 24, 2]);
  });

  test("cuts much into portions, in order and without loss", () => {
    const lines = Array.from({ length: 1_000 }, (_, index) => meta(index));
    const portions = [...new FrameDecoder().decode(frame(0, 1_000), lines)];
    expect(portions.length).toBeGreaterThan(2);
    expect(portions.flatMap((portion) => portion.events).map((event) => event.timestamp)).toEqual(
      lines.map((_, index) => index),
    );
    expect(portions.at(-1)!.lines).toBe(1_000);
  });

  test("knows the document as long as nothing was left out, and reads strictly after a jump", () => {
    const css = "a{b:url(http://evil)}";
    const valueIn = (decoder: FrameDecoder, of: RequestedFrame) => {
      const [portion] = [...decoder.decode(of, [text(css)])];
      return (portion!.events[0]!.data["texts"] as { value: string }[])[0]!.value;
    };
    const decoder = new FrameDecoder();
    expect([...decoder.decode(frame(0, 1), [snapshot])]).toHaveLength(1);
    expect(valueIn(decoder, frame(1, 2))).toBe(css);
    expect(valueIn(decoder, frame(1, 2, 1))).toBe(css);
    expect(valueIn(decoder, frame(3, 1))).not.toBe(css);
  });
});
