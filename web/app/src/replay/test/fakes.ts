import type { Marker } from "../../api/types";
import { FIRST_STATE, type PlayerState } from "../../player/playerState";
import type { SessionPlayer } from "../../player/sessionPlayer";

/** What views see of a player that stands still. */
export function playerAt(state: Partial<PlayerState> = {}): SessionPlayer {
  const whole = { ...FIRST_STATE, ...state };
  const player: Partial<SessionPlayer> = {
    originAt: 0,
    positionMs: whole.positionMs,
    state: whole,
    subscribe: () => () => undefined,
  };
  return player as SessionPlayer;
}

export function marker(at: number, kind: Marker["kind"], more: Partial<Marker> = {}): Marker {
  return { at, window: "w1", kind, title: "", ...more };
}
