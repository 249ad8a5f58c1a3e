// @vitest-environment jsdom
import { afterEach, expect, test, vi } from "vitest";
import { FIRST_STATE, type PlayerState } from "../playerState";
import { keepPreferences } from "../preferences";
import type { SessionPlayer } from "../sessionPlayer";

afterEach(() => {
  vi.restoreAllMocks();
  localStorage.clear();
});

/** Of a player, what wishes are about. */
function playerOf(first: Partial<PlayerState> = {}) {
  let state = { ...FIRST_STATE, ...first };
  const listeners = new Set<() => void>();
  const change = (part: Partial<PlayerState>) => {
    state = { ...state, ...part };
    for (const listener of listeners) listener();
  };
  const player = {
    get state() {
      return state;
    },
    setSpeed: (speed: number) => change({ speed }),
    setSkipIdle: (skipIdle: boolean) => change({ skipIdle }),
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  return player as unknown as SessionPlayer;
}

test("the next session is played as fast as the last one, and rests as it did", () => {
  const first = playerOf();
  keepPreferences(first);
  expect(first.state).toMatchObject({ speed: 1, skipIdle: true });
  first.setSpeed(4);
  first.setSkipIdle(false);

  const next = playerOf();
  keepPreferences(next);
  expect(next.state).toMatchObject({ speed: 4, skipIdle: false });
});

test("a session that goes on begins at the pace of life", () => {
  localStorage.setItem("tapedeck.speed", "8");
  const live = playerOf({ live: true });
  keepPreferences(live);
  expect(live.state.speed).toBe(1);
});

test("a speed that there is not, and a storage that is denied, are as if nothing had been wished", () => {
  localStorage.setItem("tapedeck.speed", "1000");
  const player = playerOf();
  keepPreferences(player);
  expect(player.state.speed).toBe(1);

  vi.spyOn(Storage.prototype, "getItem").mockImplementation(() => {
    throw new DOMException("denied", "SecurityError");
  });
  vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
    throw new DOMException("denied", "SecurityError");
  });
  const other = playerOf();
  keepPreferences(other);
  other.setSpeed(2);
  expect(other.state).toMatchObject({ speed: 2, skipIdle: true });
});
