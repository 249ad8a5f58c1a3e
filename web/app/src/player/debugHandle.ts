import type { SessionPlayer } from "./sessionPlayer";

/**
 * `window.__tapedeckPlayer`: a handle for tests and for looking into a replay from the console. Positions are in ms
 * since the session's first event (the `t` of a permalink); `seekTo` takes epoch ms instead. An instant's picture
 * holds every event at or before it.
 */
export interface PlayerHandle {
  readonly currentTimeMs: number;
  readonly durationMs: number;
  /** Epoch ms of position 0. */
  readonly startedAtMs: number;
  /** The picture of the current instant is shown (nothing is being waited for). */
  readonly ready: boolean;
  readonly status: string;
  /** Id of the window shown. */
  readonly window: string;
  /** Events that did not arrive or could not be used. */
  readonly lost: { missing: number; unusable: number; surplus: number };
  /** Seek; resolves once the picture of that instant is shown, rejects if it can't be. */
  seek(ms: number): Promise<void>;
  seekTo(epochMs: number): Promise<void>;
  play(): void;
  pause(): void;
  /** The frame that shows the current window. */
  iframe(): HTMLIFrameElement | null;
}

declare global {
  interface Window {
    __tapedeckPlayer?: PlayerHandle;
  }
}

export function installHandle(player: SessionPlayer): () => void {
  const isShown = () => player.state.status !== "buffering";
  const seek = (ms: number) => {
    player.seek(ms);
    return new Promise<void>((resolve, reject) => {
      const check = () => {
        if (!isShown()) return;
        unsubscribe();
        const { failure } = player.state;
        if (failure) reject(new Error(failure.kind));
        else resolve();
      };
      const unsubscribe = player.subscribe(check);
      check();
    });
  };
  const handle: PlayerHandle = {
    get currentTimeMs() {
      return player.positionMs;
    },
    get durationMs() {
      return player.state.durationMs;
    },
    get startedAtMs() {
      return player.originAt;
    },
    get ready() {
      return isShown() && player.state.failure === null;
    },
    get status() {
      return player.state.status;
    },
    get window() {
      return player.state.windowId;
    },
    get lost() {
      const { missingEvents, unusableEvents, surplusEvents } = player.state;
      return { missing: missingEvents, unusable: unusableEvents, surplus: surplusEvents };
    },
    seek,
    seekTo: (epochMs) => seek(epochMs - player.originAt),
    play: () => player.play(),
    pause: () => player.pause(),
    iframe: () => player.iframe,
  };
  window.__tapedeckPlayer = Object.freeze(handle);
  return () => {
    if (window.__tapedeckPlayer === handle) delete window.__tapedeckPlayer;
  };
}
