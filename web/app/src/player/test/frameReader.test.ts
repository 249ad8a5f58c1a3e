import { describe, expect, test } from "vitest";
import { type LineSink, ReadError, type ReadOptions, readFrames } from "../frameReader";
import type { RequestedFrame } from "../protocol";

function frame(id: string, events: number, skip = 0): RequestedFrame {
  return { id, events, bytesRaw: 100, index: Number(id.slice(1)), skip };
}

/** The lines that a server holds for a frame. */
function linesOf(id: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${id}.${index}`);
}

/** A server whose answers may be cut: `answers` makes the body of the n-th request from the frames asked for. */
class FakeServer {
  readonly urls: string[] = [];

  constructor(private readonly answer: (ids: string[], count: number) => Response | string) {}

  readonly fetch = async (url: string): Promise<Response> => {
    this.urls.push(url);
    const ids = new URL(url).searchParams.get("frames")!.split(",");
    const answer = this.answer(ids, this.urls.length);
    return typeof answer === "string" ? new Response(answer) : answer;
  };
}

class Recorder implements LineSink {
  readonly received: string[] = [];
  readonly ends: [string, number, number][] = [];

  async lines(_: RequestedFrame, lines: string[]): Promise<void> {
    this.received.push(...lines);
  }

  async frameEnd(of: RequestedFrame, missing: number, surplus: number): Promise<void> {
    this.ends.push([of.id, missing, surplus]);
  }
}

function options(
  server: FakeServer,
  frames: RequestedFrame[],
  signal = new AbortController().signal,
): ReadOptions {
  return {
    eventsUrl: "http://server/events",
    rev: 7,
    frames,
    signal,
    fetch: server.fetch,
    wait: async () => undefined,
  };
}

const body = (...lines: string[][]) =>
  lines
    .flat()
    .map((line) => `${line}\n`)
    .join("");

describe("readFrames", () => {
  test("asks for the frames in order and deals the lines out by their counts", async () => {
    const server = new FakeServer(() => body(linesOf("f0", 3), linesOf("f1", 2)));
    const sink = new Recorder();
    await readFrames(options(server, [frame("f0", 3), frame("f1", 2)]), sink);
    expect(server.urls).toEqual(["http://server/events?rev=7&frames=f0,f1"]);
    expect(sink.received).toEqual([...linesOf("f0", 3), ...linesOf("f1", 2)]);
    expect(sink.ends).toEqual([
      ["f0", 0, 0],
      ["f1", 0, 0],
    ]);
  });

  test("asks again for a frame that was cut off, and hands each line over once", async () => {
    const server = new FakeServer((ids, count) =>
      count === 1 ? body(linesOf("f0", 3), linesOf("f1", 4).slice(0, 2)) : body(linesOf(ids[0]!, 4)),
    );
    const sink = new Recorder();
    await readFrames(options(server, [frame("f0", 3), frame("f1", 4)]), sink);
    expect(server.urls[1]).toBe("http://server/events?rev=7&frames=f1");
    expect(sink.received).toEqual([...linesOf("f0", 3), ...linesOf("f1", 4)]);
    expect(sink.ends.at(-1)).toEqual(["f1", 0, 0]);
  });

  test("takes a cut within a line for what it is", async () => {
    const server = new FakeServer((_, count) => (count === 1 ? "f0.0\nf0.1\nf0" : body(linesOf("f0", 3))));
    const sink = new Recorder();
    await readFrames(options(server, [frame("f0", 3)]), sink);
    expect(sink.received).toEqual(linesOf("f0", 3));
  });

  test("says how many lines are missing where they never come, and goes on with the next frame", async () => {
    const server = new FakeServer((ids) =>
      ids.includes("f1") && ids.length === 1 ? body(linesOf("f1", 2)) : body(linesOf("f0", 1)),
    );
    const sink = new Recorder();
    await readFrames(options(server, [frame("f0", 3), frame("f1", 2)]), sink);
    expect(sink.ends).toEqual([
      ["f0", 2, 0],
      ["f1", 0, 0],
    ]);
    expect(server.urls.length).toBeGreaterThan(3);
  });

  test("says how many lines came beyond those promised", async () => {
    const server = new FakeServer(() => body(linesOf("f0", 5)));
    const sink = new Recorder();
    await readFrames(options(server, [frame("f0", 3)]), sink);
    expect(sink.received).toEqual(linesOf("f0", 3));
    expect(sink.ends).toEqual([["f0", 0, 2]]);
  });

  test("leaves out lines that were handed over earlier", async () => {
    const server = new FakeServer(() => body(linesOf("f0", 4)));
    const sink = new Recorder();
    await readFrames(options(server, [frame("f0", 4, 3)]), sink);
    expect(sink.received).toEqual(["f0.3"]);
  });

  test("stops at once where a frame is no longer part of the session", async () => {
    const server = new FakeServer(() => new Response("{}", { status: 409 }));
    const reading = readFrames(options(server, [frame("f0", 4)]), new Recorder());
    await expect(reading).rejects.toThrowError(new ReadError({ kind: "stale" }));
    expect(server.urls).toHaveLength(1);
  });

  test("tries again while the server is not available, and then says so", async () => {
    const server = new FakeServer((_, count) =>
      count < 3 ? new Response("", { status: 503, headers: { "Retry-After": "1" } }) : body(linesOf("f0", 1)),
    );
    const sink = new Recorder();
    await readFrames(options(server, [frame("f0", 1)]), sink);
    expect(sink.ends).toEqual([["f0", 0, 0]]);

    const down = new FakeServer(() => new Response("", { status: 503 }));
    const reading = readFrames(options(down, [frame("f0", 1)]), new Recorder());
    await expect(reading).rejects.toMatchObject({ failure: { kind: "unavailable", status: 503 } });
  });

  test("goes on with the others where a frame is damaged, and says what is missing", async () => {
    const damaged = () => new Response(JSON.stringify({ code: "CORRUPT", status: 500 }), { status: 500 });
    const server = new FakeServer((ids) => (ids.includes("f1") ? damaged() : body(linesOf(ids[0]!, 2))));
    const sink = new Recorder();
    await readFrames(options(server, [frame("f0", 2), frame("f1", 2), frame("f2", 2)]), sink);
    expect(sink.received).toEqual([...linesOf("f0", 2), ...linesOf("f2", 2)]);
    expect(sink.ends).toEqual([
      ["f0", 0, 0],
      ["f1", 2, 0],
      ["f2", 0, 0],
    ]);

    const failing = new FakeServer(() => new Response(JSON.stringify({ code: "INTERNAL" }), { status: 500 }));
    const reading = readFrames(options(failing, [frame("f0", 1)]), new Recorder());
    await expect(reading).rejects.toMatchObject({ failure: { kind: "unavailable", status: 500 } });
  });

  test("waits for whoever takes the lines", async () => {
    const server = new FakeServer(() => body(linesOf("f0", 2)));
    let release: (() => void) | undefined;
    const sink = new Recorder();
    sink.lines = () => new Promise<void>((resolve) => (release = resolve));
    const reading = readFrames(options(server, [frame("f0", 2)]), sink);
    await expect.poll(() => release).toBeDefined();
    expect(sink.ends).toEqual([]);
    release!();
    await reading;
    expect(sink.ends).toEqual([["f0", 0, 0]]);
  });
});
