import { Tabs } from "@mantine/core";
import { useState } from "react";
import type { SessionAddress } from "../../api/client";
import type { Manifest } from "../../api/types";
import { formatCount } from "../../format";
import type { SessionPlayer } from "../../player/sessionPlayer";
import type { MarkersQuery } from "../useReplay";
import { ActivityTab } from "./ActivityTab";
import { ConsoleTab } from "./ConsoleTab";
import { DetailsTab } from "./DetailsTab";
import { ErrorsTab } from "./ErrorsTab";
import { NetworkTab } from "./NetworkTab";
import classes from "./SidePanel.module.css";

interface SidePanelProps {
  address: SessionAddress;
  manifest: Manifest;
  markers: MarkersQuery;
  player: SessionPlayer | null;
}

/** What happened, beside the picture of it. */
export function SidePanel({ address, manifest, markers, player }: SidePanelProps) {
  const [tab, setTab] = useState<string | null>("activity");
  const { session } = manifest;
  const { counts } = session;
  const errors = counts.errors + counts.failedRequests;
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
          <PanelTab value="errors" label="Errors" count={errors} bad />
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
              <NetworkTab player={player} address={address} rev={manifest.rev} />
            </Tabs.Panel>
            <Tabs.Panel value="errors">
              <ErrorsTab player={player} query={markers} />
            </Tabs.Panel>
          </>
        )}
        <Tabs.Panel value="details">
          <DetailsTab manifest={manifest} />
        </Tabs.Panel>
      </Tabs>
    </aside>
  );
}

interface PanelTabProps {
  value: string;
  label: string;
  count?: number;
  bad?: boolean;
}

function PanelTab({ value, label, count = 0, bad = false }: PanelTabProps) {
  return (
    <Tabs.Tab value={value} data-testid={`tab-${value}`} className={classes["tab"]!}>
      {label}
      {count > 0 && (
        <span className={classes["count"]} data-bad={bad || undefined}>
          {formatCount(count)}
        </span>
      )}
    </Tabs.Tab>
  );
}
