import { useEffect } from "react";
import { SPEEDS } from "../player/playerState";
import type { SessionPlayer } from "../player/sessionPlayer";

export const SHORTCUTS = [
  { keys: "Space", does: "Play or pause" },
  { keys: "← →", does: "Back or forward 5 seconds" },
  { keys: "< >", does: "Slower or faster" },
  { keys: "f", does: "Full screen" },
] as const;

const STEP_MS = 5_000;

/** The player's keys, except where they mean something else: in fields, on buttons, sliders and lists. */
export function useShortcuts(player: SessionPlayer | null, onFullscreen: () => void): void {
  useEffect(() => {
    if (!player) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (!isFree(event)) return;
      const action = actionOf(event.key, player, onFullscreen);
      if (!action) return;
      event.preventDefault();
      action();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [player, onFullscreen]);
}

function actionOf(key: string, player: SessionPlayer, onFullscreen: () => void): (() => void) | null {
  switch (key) {
    case " ":
      return () => player.toggle();
    case "ArrowLeft":
      return () => player.seek(player.positionMs - STEP_MS);
    case "ArrowRight":
      return () => player.seek(player.positionMs + STEP_MS);
    case "<":
      return () => player.setSpeed(neighbour(player.state.speed, -1));
    case ">":
      return () => player.setSpeed(neighbour(player.state.speed, 1));
    case "f":
      return onFullscreen;
    default:
      return null;
  }
}

/** The next slower or faster speed, or the same at either end. */
export function neighbour(speed: number, step: 1 | -1): number {
  const at = SPEEDS.indexOf(speed as (typeof SPEEDS)[number]);
  return SPEEDS[at + step] ?? speed;
}

const TAKES_TEXT =
  'input:not([type="checkbox"], [type="radio"]), textarea, select, [contenteditable], [role="combobox"]';
const TAKES_SPACE = 'button, a, summary, input, [role="tab"], [role="menuitem"], [role="option"]';
const TAKES_ARROWS =
  '[role="slider"], [role="tab"], [role="menuitem"], [role="option"], input[type="radio"]:focus-visible';

function isFree(event: KeyboardEvent): boolean {
  const target = event.target instanceof Element ? event.target : document.body;
  if (target.closest(TAKES_TEXT)) return false;
  // What was clicked keeps the focus, but shows no ring: there, space still means play.
  if (event.key === " " && target.closest(TAKES_SPACE) && target.matches(":focus-visible")) return false;
  return !(event.key.startsWith("Arrow") && target.closest(TAKES_ARROWS));
}
