import type { ReactNode } from "react";
import type { Manifest } from "../../api/types";
import { formatAbsolute, formatBytes, formatCount, formatDuration } from "../../format";
import classes from "./tabs.module.css";

/** All that is known about the session itself. */
export function DetailsTab({ manifest }: { manifest: Manifest }) {
  const { session } = manifest;
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
          ["User", session.user?.id ?? "Anonymous"],
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
          ...Object.entries(session.tags ?? {}),
        ]}
      />
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
