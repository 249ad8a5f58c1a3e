import { describe, expect, test } from "vitest";
import { LineSplitter } from "../ndjson";

const bytes = (text: string) => new TextEncoder().encode(text);

describe("LineSplitter", () => {
  const text = '{"a":"ä€😀"}\n{"b":2}\n\n{"c":"\\n"}\n';
  const lines = ['{"a":"ä€😀"}', '{"b":2}', '{"c":"\\n"}'];

  test("gives each line once, wherever the pieces are cut", () => {
    const whole = bytes(text);
    for (let size = 1; size <= whole.length; size++) {
      const splitter = new LineSplitter();
      const found: string[] = [];
      for (let at = 0; at < whole.length; at += size)
        found.push(...splitter.push(whole.slice(at, at + size)));
      expect(found, `pieces of ${size}`).toEqual(lines);
      expect(splitter.endsInsideLine).toBe(false);
    }
  });

  test("keeps what has no line end to itself", () => {
    const splitter = new LineSplitter();
    expect(splitter.push(bytes('{"a":1}\n{"b":'))).toEqual(['{"a":1}']);
    expect(splitter.endsInsideLine).toBe(true);
    expect(splitter.push(bytes("2}\n"))).toEqual(['{"b":2}']);
    expect(splitter.endsInsideLine).toBe(false);
  });

  test("does not depend on a buffer that the stream uses again", () => {
    const splitter = new LineSplitter();
    const piece = bytes('{"first');
    splitter.push(piece);
    piece.fill(0x20);
    expect(splitter.push(bytes('":1}\n'))).toEqual(['{"first":1}']);
  });
});
