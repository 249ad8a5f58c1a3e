import {
  IconAlertCircle,
  IconArrowRight,
  IconBolt,
  IconClick,
  IconHandOff,
  IconClock,
  IconMoodAngry,
  IconPlugConnectedX,
} from "@tabler/icons-react";
import { useMemo, useState } from "react";
import type { Marker, MarkerKind } from "../../api/types";
import { formatDuration, splitUrl } from "../../format";
import type { SessionPlayer } from "../../player/sessionPlayer";
import { KIND_LABELS, filterKinds, meaningOf, numberOf, textOf } from "../markers";
import type { MarkersQuery } from "../useReplay";
import { Details } from "./Details";
import { MarkerList } from "./MarkerList";
import { PanelFilter } from "./PanelFilter";
import { ValueTree } from "./ValueTree";
import classes from "./tabs.module.css";

const GROUPS: readonly { value: string; label: string; kinds: readonly MarkerKind[] }[] = [
  {
    value: "all",
    label: "All",
    kinds: ["navigation", "click", "rageClick", "deadClick", "error", "failedRequest", "custom", "idle"],
  },
  { value: "pages", label: "Pages", kinds: ["navigation"] },
  { value: "clicks", label: "Clicks", kinds: ["click", "rageClick", "deadClick"] },
  { value: "custom", label: "Custom", kinds: ["custom"] },
];

const ICONS: Partial<Record<MarkerKind, typeof IconClick>> = {
  navigation: IconArrowRight,
  click: IconClick,
  rageClick: IconMoodAngry,
  deadClick: IconHandOff,
  error: IconAlertCircle,
  failedRequest: IconPlugConnectedX,
  custom: IconBolt,
  idle: IconClock,
};

/** The course of the session: pages, clicks, events, and what went wrong. */
export function ActivityTab({ player, query }: { player: SessionPlayer; query: MarkersQuery }) {
  const [group, setGroup] = useState("all");
  const [text, setText] = useState("");
  const shown = useMemo(
    () =>
      filterKinds(query.data?.markers ?? [], GROUPS.find(({ value }) => value === group)?.kinds ?? [], text),
    [query.data, group, text],
  );
  return (
    <>
      <PanelFilter
        label="Filter the activity"
        text={text}
        onText={setText}
        choice={group}
        choices={GROUPS}
        onChoice={setGroup}
      />
      <MarkerList
        player={player}
        query={query}
        markers={shown}
        label="Activity"
        testId="activity"
        empty="Nothing of this kind happened."
        canExpand={(marker) => marker.kind === "custom" && marker.data?.["payload"] !== undefined}
        render={(marker) => <ActivityRow marker={marker} />}
        details={({ data }) => (
          <Details text={JSON.stringify(data?.["payload"], null, 2)}>
            <ValueTree value={data?.["payload"]} />
          </Details>
        )}
      />
    </>
  );
}

function ActivityRow({ marker }: { marker: Marker }) {
  const kind = meaningOf(marker);
  const Icon = ICONS[kind] ?? IconBolt;
  return (
    <div className={classes["line"]} data-kind={kind}>
      <Icon size={15} aria-hidden className={classes["icon"]} />
      <span className="visually-hidden">{KIND_LABELS[kind]}: </span>
      <span className="truncate" title={activityText(marker)}>
        {activityText(marker)}
      </span>
    </div>
  );
}

function activityText(marker: Marker): string {
  switch (marker.kind) {
    case "navigation": {
      const { host, path } = splitUrl(textOf(marker, "href") || marker.title);
      return path === "/" ? `${host}/` : path;
    }
    case "idle":
      return `Idle for ${formatDuration(marker.durationMs ?? 0)}`;
    case "click":
    case "rageClick":
    case "deadClick":
      return clickText(marker);
    default:
      return marker.title || KIND_LABELS[marker.kind];
  }
}

/** What was clicked if that is known, and where. */
function clickText(marker: Marker): string {
  const label = KIND_LABELS[marker.kind];
  const what = marker.title && marker.title !== label ? `${label}: ${marker.title}` : label;
  const x = numberOf(marker, "x");
  const y = numberOf(marker, "y");
  return x === null || y === null ? what : `${what} at ${Math.round(x)}, ${Math.round(y)}`;
}
