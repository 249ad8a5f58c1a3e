// @vitest-environment jsdom
import { act } from "react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { sessionAddress, sharedAddress } from "../../api/client";
import type { Session } from "../../api/types";
import { draw, drawsInJsdom, serve, settled } from "../../test/rendering";
import { useLive } from "../useLive";
import { useManifest } from "../useReplay";

drawsInJsdom();

/** A stream that a test speaks through. */
class FakeEventSource extends EventTarget {
  static made: FakeEventSource[] = [];

  constructor(readonly url: string) {
    super();
    FakeEventSource.made.push(this);
  }

  close(): void {}

  say(type: string, data: unknown = {}): void {
    this.dispatchEvent(new MessageEvent(type, { data: JSON.stringify(data) }));
  }
}

let session: Pick<Session, "phase" | "rev">;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "Date"] });
  FakeEventSource.made = [];
  vi.stubGlobal("EventSource", FakeEventSource);
  serve(() => ({ session, rev: session.rev, windows: [], frames: [], gaps: [], behindMs: 0 }));
});
afterEach(() => vi.useRealTimers());

test("a session that goes on after it was settled is followed again", async () => {
  session = { phase: "live", rev: 3 };
  await draw(<Followed />);
  await say("open");
  expect(shown()).toBe("following");

  session = { phase: "settled", rev: 4 };
  await say("end", { reason: "settled" });
  await pass(60_000);
  expect(shown()).toBe("settled");
  expect(FakeEventSource.made).toHaveLength(1);

  session = { phase: "live", rev: 5 };
  await pass(15_000);
  expect(FakeEventSource.made).toHaveLength(2);
  expect(FakeEventSource.made[1]!.url).toMatch(/since=5$/);
  await say("open");
  expect(shown()).toBe("following");
});

test("a session that stays settled for long is not looked at any more", async () => {
  session = { phase: "live", rev: 3 };
  await draw(<Followed />);
  session = { phase: "settled", rev: 4 };
  await say("end", { reason: "settled" });
  await pass(31 * 60_000);
  session = { phase: "live", rev: 5 };
  await pass(60_000);
  expect(FakeEventSource.made).toHaveLength(1);
});

test("a live session that somebody was sent a link to is shown as it is, and not followed", async () => {
  session = { phase: "live", rev: 3 };
  await draw(<Followed address={sharedAddress("secret")} />);
  expect(shown()).toBe("off");
  expect(FakeEventSource.made).toHaveLength(0);
});

function Followed({ address = sessionAddress("shop", "s1") }) {
  const manifest = useManifest(address);
  return <p>{useLive(address, manifest)}</p>;
}

function shown(): string {
  return document.querySelector("p")!.textContent;
}

async function say(type: string, data?: unknown): Promise<void> {
  await act(async () => FakeEventSource.made.at(-1)!.say(type, data));
  await settled();
}

async function pass(ms: number): Promise<void> {
  await act(async () => void (await vi.advanceTimersByTimeAsync(ms)));
  await settled();
}
