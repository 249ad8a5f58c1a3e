import { Menu, UnstyledButton } from "@mantine/core";
import { zoneName } from "../format";
import type { SessionPlayer } from "../player/sessionPlayer";
import classes from "./ControlBar.module.css";
import { TIME_STYLES, formatMoment, useTimeStyle } from "./timeStyle";
import { usePlayerState } from "./useReplay";

/** Where the player is and where the session ends; a click chooses how times are told, here and in the lists. */
export function TimeDisplay({ player }: { player: SessionPlayer }) {
  const [style, setStyle] = useTimeStyle();
  const { originAt } = player;
  const position = usePlayerState(player, (state) => formatMoment(style, originAt, state.positionMs));
  const end = usePlayerState(player, (state) => formatMoment(style, originAt, state.durationMs));
  return (
    <Menu position="top-start" width={170} withinPortal={false}>
      <Menu.Target>
        <UnstyledButton className={classes["time"]} title="How to show times" data-testid="time">
          <span className="visually-hidden">Time: </span>
          <span>{position}</span>
          <span className={classes["duration"]}>
            <span className={classes["end"]} data-style={style}>
              {" / "}
              {end}
            </span>
            {style !== "elapsed" && ` ${zoneName(originAt, style)}`}
          </span>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {TIME_STYLES.map(({ value, label }) => (
          <Menu.Item
            key={value}
            fw={value === style ? 700 : 400}
            onClick={() => setStyle(value)}
            data-testid={`time-${value}`}
          >
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
