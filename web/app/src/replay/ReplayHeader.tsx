import { ActionIcon, Badge, Button, Tooltip } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import { IconArrowLeft, IconCheck, IconLink } from "@tabler/icons-react";
import { useCallback } from "react";
import { Link, useLocation } from "react-router";
import { appBase } from "../api/client";
import type { Session } from "../api/types";
import { formatAbsolute } from "../format";
import type { SessionPlayer } from "../player/sessionPlayer";
import { useMoment } from "../shell/moment";
import { OtherRecordings } from "./OtherRecordings";
import classes from "./ReplayHeader.module.css";
import { useListAddress } from "./listAddress";
import { KeptBadges, SessionMenu } from "./SessionMenu";

interface ReplayHeaderProps {
  project: string;
  session: Session;
  player: SessionPlayer | null;
}

/** Whose session this is, and the link to this very moment of it. */
export function ReplayHeader({ project, session, player }: ReplayHeaderProps) {
  const listAddress = useListAddress(project);
  const { search } = useLocation();
  const searchNow = useCallback(() => searchAt(search, player?.positionMs ?? 0), [search, player]);
  useMoment(player && searchNow);
  return (
    <>
      <Tooltip label="All sessions">
        <ActionIcon
          component={Link}
          to={listAddress}
          variant="subtle"
          color="gray"
          aria-label="Back to all sessions"
        >
          <IconArrowLeft size={18} />
        </ActionIcon>
      </Tooltip>
      <SessionTitle session={session} />
      {session.phase === "live" && (
        <Badge size="sm" variant="filled" color="red.9" miw="max-content" data-testid="live-badge">
          Live
        </Badge>
      )}
      <KeptBadges session={session} />
      <div className={classes["actions"]}>
        <OtherRecordings project={project} session={session} player={player} />
        {player && <CopyLink project={project} session={session.id} player={player} />}
        <SessionMenu project={project} session={session} player={player} />
      </div>
    </>
  );
}

/** Whose session it is, and of when. */
export function SessionTitle({ session }: { session: Session }) {
  return (
    <div className={classes["title"]}>
      <h1 className="truncate">{session.user?.id ?? "Anonymous"}</h1>
      <span className={`truncate ${classes["when"]}`}>{formatAbsolute(session.startedAt)}</span>
    </div>
  );
}

function CopyLink({ project, session, player }: { project: string; session: string; player: SessionPlayer }) {
  const clipboard = useClipboard();
  const copy = () => {
    const link = linkAt(project, session, player.positionMs);
    // Without TLS browsers have no clipboard for pages: show the link so that it can be taken by hand.
    if (navigator.clipboard) clipboard.copy(link);
    else window.prompt("Link to this moment", link);
  };
  return (
    <Button
      size="xs"
      variant="default"
      leftSection={
        clipboard.copied ? <IconCheck size={14} aria-hidden /> : <IconLink size={14} aria-hidden />
      }
      onClick={copy}
      aria-label={clipboard.copied ? "Copied" : "Copy link"}
      data-testid="copy-link"
    >
      <span className={classes["buttonText"]}>{clipboard.copied ? "Copied" : "Copy link"}</span>
    </Button>
  );
}

/** The address's query with another instant. */
function searchAt(search: string, ms: number): string {
  const params = new URLSearchParams(search);
  params.set("t", String(Math.floor(ms)));
  return `?${params}`;
}

/** The permalink of an instant. */
export function linkAt(project: string, session: string, ms: number): string {
  const path = `p/${encodeURIComponent(project)}/s/${encodeURIComponent(session)}?t=${Math.floor(ms)}`;
  return new URL(path, appBase).href;
}
