// @vitest-environment jsdom
import { expect, test, vi } from "vitest";
import type { FromWorker } from "../../player/protocol";
import { PageWorker } from "../pageWorker";

const FRAME = { id: "f0", events: 1, bytesRaw: 10, index: 0, skip: 0 };
const LOAD = {
  type: "load",
  job: 1,
  window: "w1",
  eventsUrl: "saved:events",
  rev: 1,
  frames: [FRAME],
} as const;

test("reads frames as a worker does", async () => {
  const said = await listen(new PageWorker(async () => new Response('{"type":3,"timestamp":5,"data":{}}\n')));
  await vi.waitFor(() => expect(said.map(({ type }) => type)).toEqual(["events", "frameEnd", "done"]));
});

test("says nothing any more once it was ended", async () => {
  const worker = new PageWorker(async () => new Response("{}\n"));
  const said = await listen(worker);
  worker.terminate();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(said).toEqual([]);
});

test("says all in order, whichever timer is first", async () => {
  const timers: (() => void)[] = [];
  vi.spyOn(globalThis, "setTimeout").mockImplementation(((run: () => void) => timers.push(run)) as never);
  const said = await listen(new PageWorker(async () => new Response('{"type":3,"timestamp":5,"data":{}}\n')));
  await vi.waitFor(() => expect(timers).toHaveLength(3), { interval: 1 }).catch(() => undefined);
  vi.restoreAllMocks();
  timers.reverse().forEach((run) => run());
  expect(said.map(({ type }) => type)).toEqual(["events", "frameEnd", "done"]);
});

async function listen(worker: PageWorker): Promise<FromWorker[]> {
  const said: FromWorker[] = [];
  worker.onmessage = ({ data }) => said.push(data);
  worker.postMessage({ ...LOAD, frames: [...LOAD.frames] });
  return said;
}
