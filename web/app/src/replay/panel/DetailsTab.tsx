import { Anchor } from "@mantine/core";
import type { ReactNode } from "react";
import { Link } from "react-router";
import type { Manifest } from "../../api/types";
import { formatAbsolute, formatBytes, formatCount, formatDuration } from "../../format";
import { type Filters, NO_FILTERS, writeFilters } from "../../sessions/filters";
import { WatchedBy } from "./WatchedBy";
import classes from "./tabs.module.css";

interface DetailsTabProps {
  manifest: Manifest;
  /** Whose sessions can be listed, and who has watched them; null for those who have no account. */
  project: string | null;
}

/** All that is known about the session itself; its user and tags lead to the sessions that have the same. */
export function DetailsTab({ manifest, project }: DetailsTabProps) {
  const { session } = manifest;
  const listed = (text: string, filter: Partial<Filters>): ReactNode =>
    project === null ? text : <ListLink project={project} filter={filter} text={text} />;
  const { counts } = session;
  return (
    <div
      className={classes["details"]}
      data-testid="details"
      tabIndex={0}
      role="region"
      aria-label="Session details"
    >
      <h2>Person</h2>
      <Facts
        facts={[
          ["User", session.user ? listed(session.user.id, { user: session.user.id }) : "Anonymous"],
          ...Object.entries(session.user?.traits ?? {}).map(([name, value]): Fact => [name, textOf(value)]),
          ["Country", session.country],
        ]}
      />
      <h2>Session</h2>
      <Facts
        facts={[
          ["Id", <span className="mono">{session.id}</span>],
          ["State", session.phase === "live" ? "Live" : "Complete"],
          ["Started", formatAbsolute(session.startedAt)],
          ["Last event", formatAbsolute(session.lastEventAt)],
          ["Duration", formatDuration(session.durationMs)],
          ["Active", session.activeMs === null ? null : formatDuration(session.activeMs)],
          ["Entry page", session.entryUrl],
          ["Exit page", session.exitUrl],
          ["Windows", formatCount(session.windows)],
          ["Release", session.release],
          ...Object.entries(session.tags ?? {}).map(([name, value]): Fact => [
            name,
            value && listed(value, { tag: `${name}:${value}` }),
          ]),
        ]}
      />
      {project !== null && <WatchedBy project={project} session={session.id} />}
      <h2>Client</h2>
      <Facts
        facts={[
          ["Browser", session.browser],
          ["System", session.os],
          ["Device", session.device],
          ["Recorder", session.sdk],
        ]}
      />
      <h2>Counts</h2>
      <Facts
        facts={[
          ["Pages", formatCount(counts.navigations)],
          ["Clicks", formatCount(counts.clicks)],
          ["Rage clicks", formatCount(counts.rageClicks)],
          ["Dead clicks", formatCount(counts.deadClicks)],
          ["Errors", formatCount(counts.errors)],
          ["Console errors", formatCount(counts.consoleErrors)],
          ["Failed requests", formatCount(counts.failedRequests)],
          ["Custom events", formatCount(counts.customEvents)],
        ]}
      />
      <h2>Storage</h2>
      <Facts
        facts={[
          ["Events", formatCount(session.events)],
          ["Recorded", session.bytesRaw === null ? null : formatBytes(session.bytesRaw)],
          ["Stored", session.bytesStored === null ? null : formatBytes(session.bytesStored)],
          [
            "Kept until",
            session.held
              ? "Under legal hold"
              : session.pinned
                ? "Pinned"
                : session.expiresAt === null
                  ? null
                  : formatAbsolute(session.expiresAt),
          ],
          ["Lost uploads", manifest.gaps.length === 0 ? "None" : formatCount(manifest.gaps.length)],
        ]}
      />
    </div>
  );
}

interface ListLinkProps {
  project: string;
  filter: Partial<Filters>;
  text: string;
}

/** The way to the sessions that this filter lets through. */
function ListLink({ project, filter, text }: ListLinkProps) {
  const search = writeFilters({ ...NO_FILTERS, ...filter }).toString();
  return (
    <Anchor
      component={Link}
      to={{ pathname: `/p/${encodeURIComponent(project)}`, search }}
      underline="always"
      inherit
      title="All sessions with this"
    >
      {text}
    </Anchor>
  );
}

type Fact = [name: string, value: ReactNode];

/** What is not known is left out. */
function Facts({ facts }: { facts: Fact[] }) {
  return (
    <dl className={classes["facts"]}>
      {facts
        .filter(([, value]) => value !== null && value !== undefined && value !== "")
        .map(([name, value]) => (
          <FactRow key={name} name={name} value={value} />
        ))}
    </dl>
  );
}

function FactRow({ name, value }: { name: string; value: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </>
  );
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}
