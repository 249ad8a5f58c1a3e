import { ActionIcon, Button, Kbd, Menu, Popover, Switch, Tooltip } from "@mantine/core";
import {
  IconKeyboard,
  IconMaximize,
  IconMinimize,
  IconPlayerPauseFilled,
  IconPlayerPlayFilled,
  IconRewindBackward5,
  IconRewindForward5,
} from "@tabler/icons-react";
import { SPEEDS } from "../player/playerState";
import type { SessionPlayer } from "../player/sessionPlayer";
import classes from "./ControlBar.module.css";
import { TimeDisplay } from "./TimeDisplay";
import type { LiveStatus } from "./liveFeed";
import { usePlayerState } from "./useReplay";
import { SHORTCUTS } from "./useShortcuts";

interface ControlBarProps {
  player: SessionPlayer;
  live: LiveStatus;
  isFullscreen: boolean;
  onFullscreen: () => void;
}

const STEP_MS = 5_000;

/** What it opens stays within it and out of the body: in full screen nothing else is seen. */
export function ControlBar({ player, live, isFullscreen, onFullscreen }: ControlBarProps) {
  return (
    <div className={classes["bar"]}>
      <PlayButton player={player} />
      <IconAction label="Back 5 seconds" onClick={() => player.seek(player.positionMs - STEP_MS)}>
        <IconRewindBackward5 size={20} />
      </IconAction>
      <IconAction label="Forward 5 seconds" onClick={() => player.seek(player.positionMs + STEP_MS)}>
        <IconRewindForward5 size={20} />
      </IconAction>
      <TimeDisplay player={player} />
      <LiveButton player={player} />
      <LiveText status={live} />
      <div className={classes["spacer"]} />
      <SkipIdle player={player} />
      <SpeedMenu player={player} />
      <ShortcutHelp />
      <IconAction
        label={isFullscreen ? "Leave full screen" : "Full screen"}
        onClick={onFullscreen}
        testId="fullscreen"
      >
        {isFullscreen ? <IconMinimize size={18} /> : <IconMaximize size={18} />}
      </IconAction>
    </div>
  );
}

interface IconActionProps {
  label: string;
  onClick: () => void;
  children: React.ReactNode;
  testId?: string;
}

function IconAction({ label, onClick, children, testId }: IconActionProps) {
  return (
    <Tooltip label={label} withinPortal={false}>
      <ActionIcon
        variant="subtle"
        color="gray"
        size="lg"
        aria-label={label}
        onClick={onClick}
        data-testid={testId}
      >
        {children}
      </ActionIcon>
    </Tooltip>
  );
}

function PlayButton({ player }: { player: SessionPlayer }) {
  const playing = usePlayerState(player, (state) => state.wantsPlay);
  return (
    <Tooltip label={playing ? "Pause (space)" : "Play (space)"} withinPortal={false}>
      <ActionIcon
        size="lg"
        radius="xl"
        aria-label={playing ? "Pause" : "Play"}
        onClick={() => player.toggle()}
        data-testid={playing ? "pause" : "play"}
      >
        {playing ? <IconPlayerPauseFilled size={18} /> : <IconPlayerPlayFilled size={18} />}
      </ActionIcon>
    </Tooltip>
  );
}

const LIVE_EDGE_MS = 8_000;

function LiveButton({ player }: { player: SessionPlayer }) {
  const live = usePlayerState(player, (state) => state.live);
  const atEdge = usePlayerState(player, (state) => state.durationMs - state.positionMs < LIVE_EDGE_MS);
  if (!live) return null;
  return (
    <Button
      size="compact-sm"
      variant={atEdge ? "filled" : "default"}
      color="red.9"
      onClick={() => player.goLive()}
      data-testid="go-live"
    >
      {atEdge ? "Live" : "Jump to live"}
    </Button>
  );
}

const LIVE_TEXTS: Record<LiveStatus, string> = {
  off: "",
  following: "",
  reconnecting: "Connection lost. Connecting again…",
  away: "Waiting for the server…",
  settled: "The session has ended.",
  gone: "This session was erased or has expired.",
};

/** What became of following the session; said aloud when it changes. */
function LiveText({ status }: { status: LiveStatus }) {
  return (
    <span role="status" className={classes["live"]} data-testid="live-status" data-status={status}>
      {LIVE_TEXTS[status]}
    </span>
  );
}

function SkipIdle({ player }: { player: SessionPlayer }) {
  const skipIdle = usePlayerState(player, (state) => state.skipIdle);
  return (
    <Switch
      size="xs"
      label="Skip idle"
      checked={skipIdle}
      onChange={(event) => player.setSkipIdle(event.currentTarget.checked)}
      data-testid="skip-idle"
    />
  );
}

function SpeedMenu({ player }: { player: SessionPlayer }) {
  const speed = usePlayerState(player, (state) => state.speed);
  return (
    <Menu position="top-end" width={110} withinPortal={false}>
      <Menu.Target>
        <Button
          size="compact-sm"
          variant="default"
          className={classes["speed"]}
          aria-label={`Speed: ${speed} times`}
          data-testid="speed"
        >
          {speed}×
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {SPEEDS.map((choice) => (
          <Menu.Item
            key={choice}
            fw={choice === speed ? 700 : 400}
            onClick={(event) => {
              player.setSpeed(choice);
              if (event.detail > 0) releaseFocus();
            }}
            data-testid={`speed-${choice}`}
          >
            {choice}×
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

/** After a choice made with the mouse the focus would come back to the button, and space would open it again. */
function releaseFocus(): void {
  setTimeout(() => {
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  }, 50);
}

function ShortcutHelp() {
  return (
    <Popover position="top-end" withArrow withinPortal={false}>
      <Popover.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label="Keyboard shortcuts">
          <IconKeyboard size={20} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown>
        <dl className={classes["shortcuts"]}>
          {SHORTCUTS.map(({ keys, does }) => (
            <div key={keys}>
              <dt>
                {keys.split(" ").map((key) => (
                  <Kbd key={key}>{key}</Kbd>
                ))}
              </dt>
              <dd>{does}</dd>
            </div>
          ))}
        </dl>
      </Popover.Dropdown>
    </Popover>
  );
}
