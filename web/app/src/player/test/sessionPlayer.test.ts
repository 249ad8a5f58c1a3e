// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Manifest, ManifestFrame, Session } from "../../api/types";
import { SessionPlayer } from "../sessionPlayer";
import { FakeWorker } from "./fakeWorker";
import { confineFrames, meta, snapshot, textChange, textOf } from "./pictures";

const START = 1_000_000;

let player: SessionPlayer;
let isHidden: boolean;

beforeEach(() => {
  vi.useFakeTimers();
  FakeWorker.made = [];
  isHidden = false;
  vi.spyOn(document, "hidden", "get").mockImplementation(() => isHidden);
  confineFrames();
});

afterEach(() => {
  player.destroy();
  document.body.replaceChildren();
  vi.useRealTimers();
});

test("shows the first snapshot until its time has come, and then plays with the clock", async () => {
  open([frame(0, 0, 12_000, [5_000])]);
  give("f0", [
    textChange(START, 0, "before"),
    meta(START + 5_000, 1),
    snapshot(START + 5_000, 2, "first"),
    textChange(START + 7_000, 3, "second"),
    textChange(START + 12_000, 4, "last"),
  ]);
  player.setSkipIdle(false);
  player.play();
  await vi.advanceTimersByTimeAsync(6_000);
  expect(player.positionMs).toBeGreaterThan(5_900);
  expect(textOf(shown())).toBe("first");
  await vi.advanceTimersByTimeAsync(1_500);
  expect(textOf(shown())).toBe("second");
  expect(player.positionMs).toBeLessThan(7_600);
});

test("has an event in the picture that comes while its moment is played", async () => {
  const late = frame(1, 1_000, 1_000, []);
  open([frame(0, 0, 60_000, [0]), late], "live");
  player.setSkipIdle(false);
  player.play();
  const { job, window } = FakeWorker.last.load;
  FakeWorker.last.giveFrame("f0", [
    meta(START, 0),
    snapshot(START, 1, "first"),
    textChange(START + 60_000, 2, "last"),
  ]);
  await vi.advanceTimersByTimeAsync(990);
  expect(player.state.status).toBe("playing");
  // No picture is drawn between the moment and its event.
  vi.advanceTimersByTime(8);
  const events = [textChange(START + 985, 3, "late")];
  FakeWorker.last.say({
    type: "events",
    job,
    window,
    frame: "f1",
    events,
    lines: 1,
    unusable: 0,
    lastAt: START + 985,
  });
  FakeWorker.last.say({ type: "frameEnd", job, window, frame: "f1", missing: 0, surplus: 0 });
  await vi.advanceTimersByTimeAsync(100);
  expect(textOf(shown())).toBe("late");
  expect(player.state.status).toBe("playing");
});

test("lets no time pass while the page is hidden, also if events come meanwhile", async () => {
  open([frame(0, 0, 60_000, [0])]);
  player.setSkipIdle(false);
  player.play();
  expect(player.state.status).toBe("buffering");
  hide(true);
  give("f0", [meta(START, 0), snapshot(START, 1, "first"), textChange(START + 60_000, 2, "last")]);
  await vi.advanceTimersByTimeAsync(30_000);
  hide(false);
  expect(player.positionMs).toBeLessThan(100);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(player.positionMs).toBeGreaterThan(1_900);
});

test("goes on with a session that was settled while it was watched live, and then went on", () => {
  const first = frame(0, 0, 60_000, [0]);
  open([first], "live");
  player.goLive();
  give("f0", [meta(START, 0), snapshot(START, 1, "first"), textChange(START + 60_000, 2, "last")]);
  expect(player.state.status).toBe("waiting");
  player.setManifest(manifestOf([first], "settled"));
  expect(player.state).toMatchObject({ status: "ended", wantsPlay: false });

  player.setManifest(manifestOf([first, frame(1, 400_000, 420_000, [400_000])], "live"));
  expect(player.state).toMatchObject({ status: "buffering", wantsPlay: true, positionMs: 420_000 });
});

function frame(index: number, from: number, to: number, snapshots: number[]): ManifestFrame {
  return {
    id: `f${index}`,
    window: "w1",
    firstAt: START + from,
    lastAt: START + to,
    events: 1,
    bytes: 1,
    bytesRaw: 1,
    fullSnapshots: snapshots.map((at) => START + at),
  };
}

function open(frames: ManifestFrame[], phase: Session["phase"] = "settled"): void {
  const stage = document.createElement("div");
  document.body.appendChild(stage);
  const host = {
    stage,
    eventsUrl: "http://server/events",
    newWorker: () => new FakeWorker(),
    refreshManifest: () => undefined,
  };
  player = new SessionPlayer(host, manifestOf(frames, phase), 0);
}

function manifestOf(frames: ManifestFrame[], phase: Session["phase"]): Manifest {
  const windows = [
    {
      id: "w1",
      firstAt: frames[0]!.firstAt,
      lastAt: Math.max(...frames.map((one) => one.lastAt)),
      events: frames.length,
      fullSnapshots: frames.flatMap((one) => one.fullSnapshots),
    },
  ];
  return {
    session: { phase, startedAt: START } as Session,
    rev: 7,
    behindMs: 0,
    windows,
    frames,
    gaps: [],
  };
}

function give(id: string, events: Parameters<FakeWorker["giveFrame"]>[1]): void {
  FakeWorker.last.giveFrame(id, events);
  FakeWorker.last.done();
}

function hide(hidden: boolean): void {
  isHidden = hidden;
  document.dispatchEvent(new Event("visibilitychange"));
}

function shown(): { iframe: HTMLIFrameElement } {
  return { iframe: player.iframe! };
}
