import { SPEEDS } from "./playerState";
import type { SessionPlayer } from "./sessionPlayer";

const SPEED_KEY = "tapedeck.speed";
const SKIP_IDLE_KEY = "tapedeck.skipIdle";

/**
 * Plays as somebody last wished to, in whichever session that was, and remembers what they wish from now on. A session
 * that goes on begins at the pace of life: faster, it would only run against its end. Returns what ends it.
 */
export function keepPreferences(player: SessionPlayer): () => void {
  const speed = SPEEDS.find((known) => String(known) === read(SPEED_KEY));
  if (speed !== undefined && !player.state.live) player.setSpeed(speed);
  player.setSkipIdle(read(SKIP_IDLE_KEY) !== "false");
  let before = player.state;
  return player.subscribe(() => {
    const { state } = player;
    if (state.speed !== before.speed) write(SPEED_KEY, String(state.speed));
    if (state.skipIdle !== before.skipIdle) write(SKIP_IDLE_KEY, String(state.skipIdle));
    before = state;
  });
}

/** Browsers may deny a page its storage: nothing is remembered then. */
function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function write(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // As if nothing had been remembered.
  }
}
