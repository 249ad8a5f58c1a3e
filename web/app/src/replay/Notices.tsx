import { Button } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { endLogin } from "../api/queries";
import type { Session } from "../api/types";
import { formatCount } from "../format";
import type { LoadFailure } from "../player/protocol";
import type { SessionPlayer } from "../player/sessionPlayer";
import classes from "./Notices.module.css";
import { usePlayerState } from "./useReplay";

/** What is not as it was recorded: the replay never passes over a loss in silence. */
export function Notices({ player, session }: { player: SessionPlayer; session: Session }) {
  const failure = usePlayerState(player, (state) => state.failure);
  const missing = usePlayerState(player, (state) => state.missingEvents);
  const unusable = usePlayerState(player, (state) => state.unusableEvents);
  const surplus = usePlayerState(player, (state) => state.surplusEvents);
  const behindMs = session.behindMs ?? 0;
  return (
    <div className={classes["notices"]} aria-live="polite">
      {failure && (
        <Notice testId="load-failure" onRetry={() => player.retry()}>
          {failureText(failure)} {failure.kind === "unauthenticated" && <LogIn />}
        </Notice>
      )}
      {missing > 0 && (
        <Notice testId="missing-events" onRetry={() => player.retry()}>
          {events(missing)} could not be loaded. The picture may be incomplete.
        </Notice>
      )}
      {unusable > 0 && (
        <Notice testId="unusable-events">{events(unusable)} can&apos;t be read and were left out.</Notice>
      )}
      {surplus > 0 && (
        <Notice testId="surplus-events">
          {events(surplus)} more than listed came from the server and were left out.
        </Notice>
      )}
      {behindMs > 10_000 && (
        <Notice testId="behind">
          The storage is behind: the last {Math.round(behindMs / 1_000)} s of this session are not here yet.
        </Notice>
      )}
    </div>
  );
}

/** The way to the login and back to this moment: the worker that was refused cannot end the login by itself. */
function LogIn() {
  return (
    <Button size="compact-xs" variant="default" onClick={endLogin} data-testid="log-in">
      Log in
    </Button>
  );
}

function events(count: number): string {
  return count === 1 ? "1 event" : `${formatCount(count)} events`;
}

function failureText(failure: LoadFailure): string {
  switch (failure.kind) {
    case "stale":
      return "The session keeps changing on the server; its events could not be loaded.";
    case "unauthenticated":
      return "You are no longer logged in.";
    case "gone":
      return "This session was erased or has expired.";
    case "unplayable":
      return "The events of this moment can't be made into a picture.";
    case "unavailable":
      return failure.status > 0
        ? `The server could not give the events (status ${failure.status}).`
        : "The server can't be reached.";
  }
}

interface NoticeProps {
  children: ReactNode;
  testId: string;
  onRetry?: () => void;
}

function Notice({ children, testId, onRetry }: NoticeProps) {
  return (
    <div className={classes["notice"]} data-testid={testId}>
      <IconAlertTriangle size={16} aria-hidden />
      <span>{children}</span>
      {onRetry && (
        <Button size="compact-xs" variant="default" onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
}
