import { Badge, Tooltip } from "@mantine/core";
import {
  IconAlertCircle,
  IconClick,
  IconDeviceDesktop,
  IconDeviceMobile,
  IconDeviceTablet,
  IconMoodAngry,
  IconPlugConnectedX,
} from "@tabler/icons-react";
import { type MouseEvent, memo } from "react";
import { Link, useLocation } from "react-router";
import type { Session } from "../api/types";
import {
  formatAbsolute,
  formatAbsoluteShort,
  formatClock,
  formatCount,
  formatRelative,
  splitUrl,
} from "../format";
import classes from "./SessionTable.module.css";

interface SessionTableProps {
  project: string;
  sessions: Session[];
  now: number;
}

export function SessionTable({ project, sessions, now }: SessionTableProps) {
  return (
    <table className={classes["table"]} data-testid="session-table">
      <thead>
        <tr>
          <th scope="col" className={classes["started"]}>
            Started
          </th>
          <th scope="col" className={classes["user"]}>
            User
          </th>
          <th scope="col">Entry page</th>
          <th scope="col" className={classes["duration"]}>
            Duration
          </th>
          <th scope="col" className={classes["signals"]}>
            Signals
          </th>
          <th scope="col" className={classes["client"]}>
            Client
          </th>
        </tr>
      </thead>
      <tbody>
        {sessions.map((session) => (
          <SessionRow
            key={session.id}
            project={project}
            session={session}
            started={formatRelative(session.startedAt, now)}
          />
        ))}
      </tbody>
    </table>
  );
}

interface SessionRowProps {
  project: string;
  session: Session;
  /** Told as text, so that a row is drawn again only when it reads differently. */
  started: string;
}

const SessionRow = memo(
  function SessionRow({ project, session, started }: SessionRowProps) {
    const { search } = useLocation();
    const entry = session.entryUrl ? splitUrl(session.entryUrl) : null;
    const to = `/p/${encodeURIComponent(project)}/s/${encodeURIComponent(session.id)}`;
    return (
      <tr data-testid="session-row" data-session-id={session.id}>
        <td className={classes["startedCell"]}>
          <div className={classes["line"]}>
            <Link
              to={to}
              state={{ list: search }}
              className={classes["link"]}
              title={formatAbsolute(session.startedAt)}
            >
              {started}
            </Link>
            {session.phase === "live" && (
              <Badge
                size="xs"
                variant="filled"
                color="red.9"
                className={classes["live"]}
                data-testid="live-badge"
              >
                Live
              </Badge>
            )}
          </div>
          <div className={classes["minor"]}>{formatAbsoluteShort(session.startedAt)}</div>
        </td>
        <td className={classes["userCell"]}>
          {session.user ? (
            <RowText title={session.user.id}>{session.user.id}</RowText>
          ) : (
            <div className={classes["minor"]}>Anonymous</div>
          )}
          <RowText title={session.id} className={`${classes["minor"]} mono`}>
            {session.id}
          </RowText>
        </td>
        <td className={classes["entryCell"]}>
          {entry && session.entryUrl ? (
            <>
              <RowText title={session.entryUrl}>{entry.path}</RowText>
              <RowText title={session.entryUrl} className={classes["minor"]}>
                {entry.host}
              </RowText>
            </>
          ) : (
            "–"
          )}
        </td>
        <td className={`${classes["duration"]} ${classes["durationCell"]}`}>
          <div>{formatClock(session.durationMs)}</div>
          {session.activeMs !== null && (
            <div className={classes["minor"]}>{formatClock(session.activeMs)} active</div>
          )}
        </td>
        <td className={classes["signalsCell"]}>
          <Signals session={session} />
        </td>
        <td className={classes["clientCell"]}>
          <Client session={session} />
        </td>
      </tr>
    );
  },
  (before, after) =>
    before.session.id === after.session.id &&
    before.session.rev === after.session.rev &&
    before.session.phase === after.session.phase &&
    before.session.durationMs === after.session.durationMs &&
    before.started === after.started &&
    before.project === after.project,
);

interface RowTextProps {
  title: string;
  className?: string | undefined;
  children: string;
}

/** Text that lies above the row's link, so that it can be selected and its title shows. */
function RowText({ title, className = "", children }: RowTextProps) {
  return (
    <div
      className={`truncate ${classes["raised"]} ${className}`}
      title={title}
      onClick={openRow}
      onAuxClick={openRow}
    >
      {children}
    </div>
  );
}

const MIDDLE_BUTTON = 1;

/** A click on what lies above the row's link opens the row as one beside it does, unless it ends a selection. */
function openRow({ currentTarget, nativeEvent }: MouseEvent<HTMLElement>) {
  if (nativeEvent.type === "auxclick" && nativeEvent.button !== MIDDLE_BUTTON) return;
  if (!getSelection()?.isCollapsed) return;
  currentTarget.closest("tr")?.querySelector("a")?.dispatchEvent(new window.MouseEvent("click", nativeEvent));
}

function Signals({ session: { counts, windows } }: { session: Session }) {
  const errors = counts.errors + counts.consoleErrors;
  return (
    <div className={classes["signalList"]}>
      <Signal
        icon={<IconAlertCircle size={14} aria-hidden />}
        count={errors}
        label={`${counts.errors} errors, ${counts.consoleErrors} console errors`}
        tone="bad"
      />
      <Signal
        icon={<IconPlugConnectedX size={14} aria-hidden />}
        count={counts.failedRequests}
        label={`${counts.failedRequests} failed requests`}
        tone="warn"
      />
      <Signal
        icon={<IconMoodAngry size={14} aria-hidden />}
        count={counts.rageClicks}
        label={`${counts.rageClicks} rage clicks`}
        tone="warn"
      />
      <Signal
        icon={<IconClick size={14} aria-hidden />}
        count={counts.clicks}
        label={`${counts.clicks} clicks`}
        tone="plain"
      />
      {windows > 1 && <span className={classes["minor"]}>{windows} windows</span>}
    </div>
  );
}

interface SignalProps {
  icon: React.ReactNode;
  count: number;
  label: string;
  tone: "bad" | "warn" | "plain";
}

function Signal({ icon, count, label, tone }: SignalProps) {
  if (count === 0) return null;
  return (
    <Tooltip label={label}>
      <span className={classes["signal"]} data-tone={tone} onClick={openRow} onAuxClick={openRow}>
        {icon}
        <span aria-hidden>{formatCount(count)}</span>
        <span className="visually-hidden">{label}</span>
      </span>
    </Tooltip>
  );
}

const DEVICE_ICONS = { desktop: IconDeviceDesktop, mobile: IconDeviceMobile, tablet: IconDeviceTablet };

function Client({ session }: { session: Session }) {
  const Icon = DEVICE_ICONS[session.device as keyof typeof DEVICE_ICONS] ?? IconDeviceDesktop;
  return (
    <div className={classes["line"]}>
      <Icon size={16} aria-hidden className={classes["minor"]} />
      <div style={{ minWidth: 0 }}>
        <div className="truncate">{session.browser ?? "Unknown browser"}</div>
        <div className={`truncate ${classes["minor"]}`}>
          {[session.os, session.device, session.country].filter(Boolean).join(" · ")}
        </div>
      </div>
    </div>
  );
}
