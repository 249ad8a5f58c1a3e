import { Tabs } from "@mantine/core";
import { useState } from "react";
import type { SessionAddress } from "../../api/client";
import type { Manifest, SessionCounts } from "../../api/types";
import { formatCount } from "../../format";
import type { SessionPlayer } from "../../player/sessionPlayer";
import { useNoteWriter } from "../useNoteWriter";
import type { MarkersQuery, NotesQuery } from "../useReplay";
import { ActivityTab } from "./ActivityTab";
import { ConsoleTab } from "./ConsoleTab";
import { DetailsTab } from "./DetailsTab";
import { ErrorsTab } from "./ErrorsTab";
import { NetworkTab } from "./NetworkTab";
import { NotesTab } from "./NotesTab";
import classes from "./SidePanel.module.css";

interface SidePanelProps {
  address: SessionAddress;
  /** Whose sessions can be listed; null for those who have no account. */
  project: string | null;
  manifest: Manifest;
  markers: MarkersQuery;
  notes: NotesQuery;
  /** The player's position 0, since the session's start. */
  originMs: number;
  player: SessionPlayer | null;
}

/** What happened, beside the picture of it. */
export function SidePanel({ address, project, manifest, markers, notes, originMs, player }: SidePanelProps) {
  const [tab, setTab] = useState<string | null>("activity");
  const writer = useNoteWriter(address.notes, originMs);
  const { session } = manifest;
  const { counts } = session;
  return (
    <aside className={classes["panel"]} aria-label="What happened">
      <Tabs
        value={tab}
        onChange={setTab}
        keepMounted={false}
        classNames={{ root: classes["tabs"]!, panel: classes["tabPanel"]! }}
      >
        <Tabs.List className={classes["list"]} aria-label="Views">
          <PanelTab value="activity" label="Activity" />
          <PanelTab value="console" label="Console" count={counts.consoleErrors} bad />
          <PanelTab value="network" label="Network" />
          <PanelTab
            value="errors"
            label="Errors"
            count={counts.errors + counts.consoleErrors + counts.failedRequests}
            title={describeErrors(counts)}
            bad
          />
          {address.notes !== null && <PanelTab value="notes" label="Notes" count={notes.data?.length ?? 0} />}
          <PanelTab value="details" label="Details" />
        </Tabs.List>
        {player && (
          <>
            <Tabs.Panel value="activity">
              <ActivityTab player={player} query={markers} />
            </Tabs.Panel>
            <Tabs.Panel value="console">
              <ConsoleTab player={player} address={address} rev={manifest.rev} />
            </Tabs.Panel>
            <Tabs.Panel value="network">
              <NetworkTab player={player} address={address} session={session} rev={manifest.rev} />
            </Tabs.Panel>
            <Tabs.Panel value="errors">
              <ErrorsTab player={player} query={markers} />
            </Tabs.Panel>
            {address.notes !== null && (
              <Tabs.Panel value="notes">
                <NotesTab player={player} address={address.notes} query={notes} writer={writer} />
              </Tabs.Panel>
            )}
          </>
        )}
        <Tabs.Panel value="details">
          <DetailsTab manifest={manifest} project={project} />
        </Tabs.Panel>
      </Tabs>
    </aside>
  );
}

/** The list of sessions counts errors apart from failed requests. */
function describeErrors({ errors, consoleErrors, failedRequests }: SessionCounts): string {
  return [
    `Errors: ${formatCount(errors)}`,
    `console errors: ${formatCount(consoleErrors)}`,
    `failed requests: ${formatCount(failedRequests)}`,
  ].join(", ");
}

interface PanelTabProps {
  value: string;
  label: string;
  count?: number;
  /** What is counted. */
  title?: string;
  bad?: boolean;
}

function PanelTab({ value, label, count = 0, title, bad = false }: PanelTabProps) {
  return (
    <Tabs.Tab value={value} data-testid={`tab-${value}`} className={classes["tab"]!}>
      {label}
      {count > 0 && (
        <span className={classes["count"]} title={title} data-bad={bad || undefined}>
          {formatCount(count)}
        </span>
      )}
    </Tabs.Tab>
  );
}
