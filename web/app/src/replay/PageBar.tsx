import { Tooltip } from "@mantine/core";
import { IconWorld } from "@tabler/icons-react";
import type { Marker } from "../api/types";
import type { SessionPlayer } from "../player/sessionPlayer";
import classes from "./PageBar.module.css";
import { urlAt } from "./markers";
import { usePlayerState } from "./useReplay";

/** The windows of the session as tabs, and the address that the one shown was at. */
export function PageBar({ player, markers }: { player: SessionPlayer; markers: Marker[] }) {
  const windows = usePlayerState(player, (state) => state.windows);
  return (
    <div className={classes["bar"]}>
      {windows.length > 1 && <WindowTabs player={player} />}
      <AddressBar player={player} markers={markers} />
    </div>
  );
}

function WindowTabs({ player }: { player: SessionPlayer }) {
  const windows = usePlayerState(player, (state) => state.windows);
  const current = usePlayerState(player, (state) => state.windowId);
  const follow = usePlayerState(player, (state) => state.follow);
  return (
    <div className={classes["windows"]}>
      <div role="group" aria-label="Windows" className={classes["tabs"]}>
        {windows.map((window, index) => (
          <button
            key={window.id}
            type="button"
            className={classes["tab"]}
            aria-pressed={window.id === current}
            onClick={() => player.selectWindow(window.id)}
            data-testid="window-tab"
            data-window-id={window.id}
            title={`Window ${index + 1} (${window.id})`}
          >
            Window {index + 1}
          </button>
        ))}
      </div>
      <Tooltip label="Show the window that the person was using" withinPortal={false}>
        <button
          type="button"
          className={classes["follow"]}
          aria-pressed={follow}
          onClick={() => player.setFollow(!follow)}
          data-testid="follow-window"
        >
          Follow
        </button>
      </Tooltip>
    </div>
  );
}

function AddressBar({ player, markers }: { player: SessionPlayer; markers: Marker[] }) {
  const url = usePlayerState(player, (state) =>
    urlAt(markers, state.windowId, player.originAt + state.positionMs),
  );
  return (
    <div className={classes["address"]} title={url ?? undefined} data-testid="current-url">
      <IconWorld size={14} aria-hidden />
      <span className="visually-hidden">Page: </span>
      <span className="truncate mono">{url ?? "Unknown page"}</span>
    </div>
  );
}
