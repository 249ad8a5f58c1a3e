import { beforeEach, expect, test } from "vitest";
import type { Chunk } from "../src/chunk";
import { Uploader, type Answer, type Transport } from "../src/uploader";

const BUDGET = 1_000;

/** A server, a clock and a disk that do what the test says. */
class World implements Transport {
  readonly sent: { seq: number; keepalive: boolean; answer: (answer: Answer | "none") => void }[] = [];
  readonly timers: { ms: number; run: () => void }[] = [];
  readonly stored = new Set<number>();
  readonly refusals: number[] = [];
  drops = 0;
  uploader = this.start();

  start(): Uploader {
    const store = {
      put: (chunk: Chunk) => void this.stored.add(chunk.seq),
      delete: (chunk: Chunk) => void this.stored.delete(chunk.seq),
    };
    return new Uploader(this, store, BUDGET, {
      left: () => {},
      dropped: () => void this.drops++,
      refused: (status) => void this.refusals.push(status),
    });
  }

  send(body: Uint8Array<ArrayBuffer>, keepalive: boolean): Promise<Answer> {
    const { seq } = JSON.parse(new TextDecoder().decode(body)) as Chunk;
    return new Promise((resolve, reject) => {
      const answer = (given: Answer | "none") =>
        given === "none" ? reject(new TypeError("Failed to fetch")) : resolve(given);
      this.sent.push({ seq, keepalive, answer });
    });
  }

  gzip = (text: string) => Promise.resolve(this.gzipNow(text));
  gzipNow = (text: string) => new TextEncoder().encode(text) as Uint8Array<ArrayBuffer>;
  now = () => 5_000;
  random = () => 0;

  after(ms: number, run: () => void): () => void {
    const timer = { ms, run };
    this.timers.push(timer);
    return () => void this.timers.splice(this.timers.indexOf(timer), 1);
  }

  async answer(status: number, retryAfterMs: number | null = null): Promise<void> {
    this.sent.at(-1)!.answer({ status, retryAfterMs });
    await settled();
  }

  async fireTimer(): Promise<number> {
    const timer = this.timers.shift()!;
    timer.run();
    await settled();
    return timer.ms;
  }
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) {
    await Promise.resolve();
  }
}

function chunk(seq: number, chars = 10, session = "s"): Chunk {
  const masking = { level: "balanced", version: 1 } as const;
  return { session, window: "w", seq, createdAt: seq, events: `"${"x".repeat(chars - 2)}"`, masking };
}

let world: World;
beforeEach(() => {
  world = new World();
});

test("chunks go one at a time, in order, and are forgotten when acknowledged", async () => {
  [0, 1, 2].forEach((seq) => world.uploader.add(chunk(seq)));
  await settled();
  for (const seq of [0, 1, 2]) {
    expect(world.sent.map((request) => request.seq)).toEqual([0, 1, 2].slice(0, seq + 1));
    expect(world.stored.has(seq)).toBe(true);
    await world.answer(200);
    expect(world.stored.has(seq)).toBe(false);
  }
  expect(world.uploader.chars).toBe(0);
});

test("without an answer the wait doubles up to a minute, and the same chunk goes again", async () => {
  world.uploader.add(chunk(0));
  await settled();
  const waits: number[] = [];
  for (let attempt = 0; attempt < 8; attempt++) {
    world.sent.at(-1)!.answer("none");
    await settled();
    waits.push(await world.fireTimer());
  }
  expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  expect(new Set(world.sent.map((request) => request.seq))).toEqual(new Set([0]));
  expect(world.stored.has(0)).toBe(true);
});

test("jitter lies within the wait", async () => {
  world.random = () => 0.999;
  world.uploader.add(chunk(0));
  await settled();
  await world.answer(503);
  expect(world.timers[0]!.ms).toBeCloseTo(1_000, -1);
});

test.each([429, 503])("a %i waits as long as the server says", async (status) => {
  world.uploader.add(chunk(0));
  await settled();
  await world.answer(status, 30_000);
  expect(world.timers.map(({ ms }) => ms)).toEqual([30_000]);
  expect(world.sent).toHaveLength(1);
  await world.fireTimer();
  await world.answer(200);
  expect(world.stored.size).toBe(0);
});

test("a success resets the wait", async () => {
  world.uploader.add(chunk(0));
  world.uploader.add(chunk(1));
  await settled();
  await world.answer(500);
  await world.fireTimer();
  await world.answer(200);
  await world.answer(500);
  expect(world.timers.map(({ ms }) => ms)).toEqual([500]);
});

test.each([400, 413, 415])("a %i costs this chunk and no other", async (status) => {
  world.uploader.add(chunk(0));
  world.uploader.add(chunk(1));
  await settled();
  await world.answer(status);
  expect(world.drops).toBe(1);
  expect(world.sent.at(-1)!.seq).toBe(1);
  expect(world.stored.has(0)).toBe(false);
});

test.each([401, 403, 410, 422])("a %i ends it for good and leaves nothing behind", async (status) => {
  world.uploader.add(chunk(0));
  world.uploader.add(chunk(1));
  await settled();
  await world.answer(status);
  world.uploader.add(chunk(2));
  await settled();
  expect(world.refusals).toEqual([status]);
  expect(world.sent).toHaveLength(1);
  expect(world.stored.size).toBe(0);
});

test("leftovers go when nothing else waits", async () => {
  world.uploader.add(chunk(7));
  world.uploader.addLeftovers([chunk(3, 10, "old")]);
  world.uploader.add(chunk(8));
  await settled();
  await world.answer(200);
  await world.answer(200);
  await world.answer(200);
  expect(world.sent.map(({ seq }) => seq)).toEqual([7, 8, 3]);
});

test("a leftover that never arrives is left to the next page, and holds up no other", async () => {
  world.uploader.addLeftovers([chunk(3, 10, "old"), chunk(4, 10, "old")]);
  for (let seq = 10; seq < 30; seq++) {
    await settled();
    if (world.sent.at(-1)!.seq === 3) {
      world.sent.at(-1)!.answer("none");
      await settled();
    }
    world.uploader.add(chunk(seq));
    if (world.timers.length > 0) {
      await world.fireTimer();
    }
    await settled();
    await world.answer(200);
  }
  const seqs = world.sent.map(({ seq }) => seq);
  expect(seqs.filter((seq) => seq === 3)).toHaveLength(5);
  expect(seqs.filter((seq) => seq === 4)).toHaveLength(1);
  expect(seqs.filter((seq) => seq >= 10)).toEqual(Array.from({ length: 20 }, (_, at) => at + 10));
});

test("the refusal of an erased session's leftovers does not end this one", async () => {
  world.uploader.addLeftovers([chunk(1, 10, "old"), chunk(2, 10, "old")]);
  await settled();
  await world.answer(410);
  world.uploader.add(chunk(9));
  await settled();
  await world.answer(200);
  expect(world.refusals).toEqual([]);
  expect(world.sent.map(({ seq }) => seq)).toEqual([1, 9]);
});

test("a page going away sends what fits the budget at once, and a chunk under way again", async () => {
  world.uploader.add(chunk(0, 300));
  world.uploader.add(chunk(1, 800));
  world.uploader.add(chunk(2, 200));
  await settled();
  world.uploader.flushForUnload(true);
  const parting = world.sent.filter(({ keepalive }) => keepalive).map(({ seq }) => seq);
  expect(parting).toEqual([0, 2]);
  expect(world.stored).toEqual(new Set([0, 1, 2]));
});

test("a page going away compresses no more than it has time for", () => {
  world.gzipNow = (text) =>
    new TextEncoder().encode(JSON.stringify({ seq: (JSON.parse(text) as Chunk).seq }));
  [0, 1, 2].forEach((seq) => world.uploader.add(chunk(seq, 500_000)));
  world.uploader.flushForUnload(true);
  expect(world.sent.filter(({ keepalive }) => keepalive).map(({ seq }) => seq)).toEqual([0, 1]);
});

test("the budget is shared by all that is under way", async () => {
  world.uploader.add(chunk(0, 500));
  world.uploader.flushForUnload(true);
  world.uploader.add(chunk(1, 500));
  world.uploader.flushForUnload(true);
  expect(world.sent.filter(({ keepalive }) => keepalive).map(({ seq }) => seq)).toEqual([0]);
});

test("a page that was only hidden goes on with what did not arrive", async () => {
  world.uploader.add(chunk(0));
  await settled();
  world.uploader.add(chunk(1));
  world.uploader.flushForUnload(false);
  const [first, parting] = world.sent;
  expect([first!.seq, parting!.seq, parting!.keepalive]).toEqual([0, 1, true]);
  parting!.answer("none");
  first!.answer({ status: 200, retryAfterMs: null });
  await settled();
  expect(world.sent.at(-1)).toMatchObject({ seq: 1, keepalive: false });
});

test("the network coming back ends the wait", async () => {
  world.uploader.add(chunk(0));
  await settled();
  await world.answer(503, 60_000);
  world.uploader.retryNow();
  await settled();
  expect(world.timers).toEqual([]);
  expect(world.sent).toHaveLength(2);
});

test("what is held goes once its session is long enough, not before and not with a page going away", async () => {
  const held = (seq: number): Chunk => ({ ...chunk(seq), held: true });
  world.uploader.hold();
  world.uploader.add(held(0));
  world.uploader.add(held(1));
  world.uploader.addLeftovers([held(2), chunk(9, 10, "old")]);
  world.uploader.flushForUnload(true);
  await settled();
  expect(world.sent.map(({ seq }) => seq)).toEqual([9]);
  expect(world.stored).toEqual(new Set([0, 1]));
  await world.answer(200);

  world.uploader.release();
  await settled();
  await world.answer(200);
  await world.answer(200);
  await world.answer(200);
  expect(world.sent.map(({ seq }) => seq)).toEqual([9, 0, 1, 2]);
});

test("what was held of a session that was too short is deleted", async () => {
  world.uploader.hold();
  world.uploader.add({ ...chunk(0), held: true });
  world.uploader.discardHeld();
  world.uploader.release();
  await settled();
  expect(world.sent).toEqual([]);
  expect(world.stored.size).toBe(0);
  expect(world.uploader.chars).toBe(0);
});

test("what was being compressed when the uploader was stopped is not sent", async () => {
  world.uploader.add(chunk(0));
  world.uploader.stop();
  await settled();

  expect(world.sent).toEqual([]);
});
