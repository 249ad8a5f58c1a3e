import { Loader } from "@mantine/core";
import { IconPlayerPlayFilled } from "@tabler/icons-react";
import { useElementSize } from "@mantine/hooks";
import { type ReactNode, useSyncExternalStore } from "react";
import type { SessionPlayer } from "../player/sessionPlayer";
import "rrweb/dist/style.css";
import classes from "./Stage.module.css";
import { formatMoment, useTimeStyle } from "./timeStyle";
import { usePlayerState } from "./useReplay";

interface StageProps {
  player: SessionPlayer | null;
  setStage: (stage: HTMLElement | null) => void;
  empty: boolean;
}

/** Where the picture is: the recorded viewport, scaled to the room that there is. */
export function Stage({ player, setStage, empty }: StageProps) {
  const { ref, width, height } = useElementSize();
  return (
    <div className={classes["room"]} ref={ref} data-testid="stage">
      <Viewport player={player} setStage={setStage} room={{ width, height }} />
      {empty && <Veil>This session has no events yet.</Veil>}
      {player && !empty && <Overlay player={player} />}
    </div>
  );
}

interface ViewportProps {
  player: SessionPlayer | null;
  setStage: (stage: HTMLElement | null) => void;
  room: { width: number; height: number };
}

const FIRST_SIZE = { width: 1280, height: 720 };
const subscribeToNothing = () => () => undefined;

/**
 * The element whose children are the player's own; React does not look inside. It must stay the same element from
 * before there is a player: the player is made for it.
 */
function Viewport({ player, setStage, room }: ViewportProps) {
  const { width, height } = useSyncExternalStore(
    player?.subscribe ?? subscribeToNothing,
    () => player?.state.viewport ?? FIRST_SIZE,
  );
  const scale = room.width > 0 ? Math.min(1, room.width / width, room.height / height) : 1;
  const left = (room.width - width * scale) / 2;
  const top = (room.height - height * scale) / 2;
  return (
    <div
      ref={setStage}
      className={classes["viewport"]}
      style={{ width, height, transform: `translate(${left}px, ${top}px) scale(${scale})` }}
    />
  );
}

function Overlay({ player }: { player: SessionPlayer }) {
  const [timeStyle] = useTimeStyle();
  const status = usePlayerState(player, (state) => state.status);
  const noPicture = usePlayerState(player, (state) => state.noPicture);
  const openedLater = usePlayerState(player, (state) => {
    const window = state.windows.find(({ id }) => id === state.windowId);
    const opensMs = window ? window.firstAt - player.originAt : 0;
    return opensMs > state.positionMs + 1_000 ? opensMs : null;
  });
  if (status === "buffering") {
    return (
      <Veil quiet>
        <Loader size="sm" aria-label="Loading events" />
      </Veil>
    );
  }
  if (noPicture) return <Veil>The snapshot of this moment was lost: there is no picture of it.</Veil>;
  if (openedLater !== null)
    return (
      <Veil>This window was opened later, at {formatMoment(timeStyle, player.originAt, openedLater)}.</Veil>
    );
  if (status !== "paused" && status !== "ended") return null;
  return (
    <button
      type="button"
      className={classes["bigPlay"]}
      tabIndex={-1}
      aria-hidden
      onClick={() => player.play()}
    >
      <IconPlayerPlayFilled size={30} />
    </button>
  );
}

function Veil({ children, quiet = false }: { children: ReactNode; quiet?: boolean }) {
  return (
    <div className={classes["veil"]} data-quiet={quiet || undefined} role="status">
      <div className={classes["veilBox"]}>{children}</div>
    </div>
  );
}
