import { beforeEach, expect, test } from "vitest";
import { FrameLoader, type FrameLoaderListener } from "../frameLoader";
import type { LoadFailure, RequestedFrame } from "../protocol";
import { FakeWorker } from "./fakeWorker";

class Listener implements FrameLoaderListener {
  readonly failures: LoadFailure[] = [];
  readonly ended: string[] = [];

  onEvents(): void {}

  onFrameEnd(end: { frame: string }): void {
    this.ended.push(end.frame);
  }

  onFailed(_: string, failure: LoadFailure): void {
    this.failures.push(failure);
  }

  onDone(): void {}
}

let listener: Listener;
let loader: FrameLoader;

beforeEach(() => {
  FakeWorker.made = [];
  listener = new Listener();
  loader = new FrameLoader("http://server/events", () => new FakeWorker(), listener);
});

function frame(index: number): RequestedFrame {
  return { id: `f${index}`, events: 1, bytesRaw: 1, index, skip: 0 };
}

function end(of: FakeWorker, id: string): void {
  of.say({ type: "frameEnd", job: of.load.job, window: "w1", frame: id, missing: 0, surplus: 0 });
}

test("a worker that broke is replaced by the next load", () => {
  const broken = FakeWorker.last;
  loader.load("w1", 7, [frame(0)]);
  broken.break();
  expect(listener.failures).toEqual([{ kind: "unavailable", status: 0 }]);
  expect(loader.busy).toBe(false);
  expect(broken.terminated).toBe(true);

  loader.load("w1", 7, [frame(0)]);
  expect(FakeWorker.made).toHaveLength(2);
  end(FakeWorker.last, "f0");
  expect(listener.ended).toEqual(["f0"]);
});

test("a worker that broke before it was given anything is replaced, too", () => {
  FakeWorker.last.break();
  loader.load("w1", 7, [frame(0)]);
  end(FakeWorker.last, "f0");
  expect(listener.failures).toEqual([]);
  expect(listener.ended).toEqual(["f0"]);
});
