// @vitest-environment jsdom
import type { eventWithTime } from "@rrweb/types";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { encode, type Chunk } from "../src/chunk";
import type { Outbox } from "../src/outbox";
import { PAGE_SETTLES_MS } from "../src/pages";
import { Recorder } from "../src/recorder";
import { SessionClock } from "../src/session";
import { readConfig } from "../src/settings";
import { memoryStorage } from "../src/storage";
import type { Uploader } from "../src/uploader";
import { WindowId } from "../src/window-id";

const CONFIG = {
  recording: true,
  consent: "none",
  masking: { level: "balanced", version: 1 },
  capture: { console: true, network: true, errors: true },
};

let recorder: Recorder;
beforeEach(() => history.replaceState(null, "", "/shop"));
afterEach(() => {
  recorder.end(false);
  document.body.innerHTML = "";
});

/** Takes chunks as the uploader does, and remembers what it was told. */
class Taken {
  readonly chunks: Chunk[] = [];
  readonly told: string[] = [];
  readonly chars = 0;
  add = (chunk: Chunk) => void this.chunks.push(chunk);
  hold = () => void this.told.push("hold");
  release = () => void this.told.push("release");
  discardHeld = () => void this.told.push("discard");
  flushForUnload = () => {};
  stop = () => {};

  get events(): eventWithTime[] {
    return this.chunks.flatMap(({ events }) => JSON.parse(`[${events}]`) as eventWithTime[]);
  }
}

function begin(settings: object, sessionAgeMs = 0): Taken {
  const taken = new Taken();
  const config = readConfig({ ...CONFIG, ...settings })!;
  const session = new SessionClock(memoryStorage(), "s", config, Date.now() - sessionAgeMs);
  recorder = new Recorder({
    snippet: { key: "pk", base: "https://rec.test", manual: false },
    config,
    session,
    window: new WindowId(memoryStorage(), "w", session.current.id),
    uploader: taken as unknown as Uploader,
    outbox: { clear: () => {} } as Outbox,
  });
  recorder.begin();
  return taken;
}

/** Lets observers and timers of no delay run. */
const turn = () => new Promise((resolve) => setTimeout(resolve, 10));

async function show(path: string, text: string): Promise<void> {
  history.pushState(null, "", path);
  document.body.innerHTML = `<p>${text}</p>`;
  await turn();
}

function tags(events: eventWithTime[]): unknown[] {
  return events.map((event) => (event.type === 5 ? event.data.tag : event.type));
}

test("what happens on a page that is excluded is not recorded, and the next page is shown anew", async () => {
  const taken = begin({ urls: { include: [], exclude: ["/account*"] } });
  await show("/shop/1", "some shoes");
  recorder.custom("before", {});
  await show("/account", "the balance");
  recorder.custom("within", {});
  console.log("the log");
  await show("/account/2", "the iban");
  await show("/shop/2", "a hat");
  recorder.custom("too early", {});
  await new Promise((resolve) => setTimeout(resolve, PAGE_SETTLES_MS));
  recorder.custom("after", {});
  recorder.end(false);

  const json = JSON.stringify(taken.events);
  expect(json).toContain("some shoes");
  expect(json).toContain("a hat");
  for (const hidden of ["the balance", "the iban", "the log", "/account", "within", "too early"]) {
    expect(json).not.toContain(hidden);
  }
  const seen = tags(taken.events);
  const between = seen.slice(seen.indexOf("before"), seen.indexOf("after"));
  expect(between).toContain(2);
});

test("what a project does not want to be captured is not", async () => {
  const taken = begin({ capture: { console: false, network: false, errors: false } });
  const other = [window.fetch, console.log];
  console.log("the log");
  const rejection = Object.assign(new Event("unhandledrejection"), { reason: "the error" });
  window.dispatchEvent(rejection);
  await turn();
  expect([window.fetch, console.log]).toEqual(other);
  recorder.end(false);

  expect(JSON.stringify(taken.events)).not.toMatch(/the log|the error/);
  expect(tags(taken.events)).toContain(2);
});

test("selectors of the project mask, block and ignore", async () => {
  document.body.innerHTML = `<p class="iban">DE02</p><div class="ad"><b>Buy this</b></div><i>shown</i>`;
  const taken = begin({
    masking: { level: "open", version: 1, maskSelectors: [".iban"], blockSelectors: [".ad"] },
  });
  await turn();
  recorder.end(false);

  const json = JSON.stringify(taken.events);
  expect(json).toContain("shown");
  expect(json).not.toMatch(/DE02|Buy this/);
});

test("a session that ends too soon is held and discarded", async () => {
  const taken = begin({ minimumDurationMs: 60_000 });
  await turn();
  recorder.end(true);

  expect(taken.told).toEqual(["hold", "discard"]);
  expect(taken.chunks.length).toBeGreaterThan(0);
  expect(taken.chunks.every((chunk) => chunk.held)).toBe(true);
  expect(encode(taken.chunks[0]!, 1)).not.toContain("held");
});

test("a session is let go with the first event behind its minimum", async () => {
  const taken = begin({ minimumDurationMs: 60_000 });
  await turn();
  expect(taken.told).toEqual(["hold"]);
  const later = Date.now() + 60_000;
  const now = Date.now;
  Date.now = () => later;
  try {
    recorder.custom("late", {});
    recorder.end(false);
  } finally {
    Date.now = now;
  }

  expect(taken.told).toEqual(["hold", "release"]);
  expect(taken.chunks.at(-1)!.held).toBeUndefined();
});

test("a session that is long enough already is not held", () => {
  const taken = begin({ minimumDurationMs: 60_000 }, 61_000);
  recorder.end(false);
  expect(taken.told).toEqual([]);
});

test("who the visitor is after the end of a recording is not said of it", () => {
  const taken = begin({});
  recorder.end(false);
  const sent = taken.chunks.length;
  vi.useFakeTimers();
  try {
    recorder.identify({ id: "somebody else" });
    vi.advanceTimersByTime(60_000);
  } finally {
    vi.useRealTimers();
  }
  expect(taken.chunks).toHaveLength(sent);
});
