import { useMemo, useState } from "react";
import type { SessionAddress } from "../../api/client";
import type { Marker, MarkerChoice, Session } from "../../api/types";
import { formatDuration, splitUrl } from "../../format";
import type { SessionPlayer } from "../../player/sessionPlayer";
import { filterRequests, numberOf, textOf } from "../markers";
import { useMarkers } from "../useReplay";
import { MarkerList } from "./MarkerList";
import { PanelFilter } from "./PanelFilter";
import { RequestDetails } from "./RequestDetails";
import classes from "./tabs.module.css";

const REQUESTS: MarkerChoice = { kinds: ["request", "failedRequest"] };

const CHOICES = [
  { value: "all", label: "All" },
  { value: "failed", label: "Failed" },
] as const;

interface NetworkTabProps {
  player: SessionPlayer;
  address: SessionAddress;
  session: Session;
  rev: number;
}

/** Tapedeck's own recorder sends neither headers nor bodies. */
const OWN_RECORDER = "tapedeck";

/** The requests that the page made: what for, how it went, how long it took. */
export function NetworkTab({ player, address, session, rev }: NetworkTabProps) {
  const [choice, setChoice] = useState("all");
  const [text, setText] = useState("");
  const query = useMarkers(address, rev, REQUESTS);
  const shown = useMemo(
    () => filterRequests(query.data?.markers ?? [], choice === "failed", text),
    [query.data, choice, text],
  );
  return (
    <>
      <PanelFilter
        label="Filter the requests"
        text={text}
        onText={setText}
        choice={choice}
        choices={CHOICES}
        onChoice={setChoice}
      />
      <MarkerList
        player={player}
        query={query}
        markers={shown}
        label="Network"
        testId="network"
        empty="No request of this kind was recorded."
        canExpand={() => true}
        render={(marker) => <RequestRow marker={marker} />}
        details={(marker) => (
          <RequestDetails
            marker={marker}
            eventsUrl={address.events}
            mayHaveContent={session.sdk !== OWN_RECORDER}
          />
        )}
      />
    </>
  );
}

function RequestRow({ marker }: { marker: Marker }) {
  const url = textOf(marker, "url") || marker.title;
  const status = numberOf(marker, "status");
  const tookMs = numberOf(marker, "durationMs") ?? marker.durationMs ?? null;
  const { path } = splitUrl(url);
  return (
    <div className={classes["line"]} data-failed={marker.kind === "failedRequest" || undefined}>
      <span className={classes["method"]}>{textOf(marker, "method") || "GET"}</span>
      <span className={classes["status"]}>{status === null ? "–" : status === 0 ? "fail" : status}</span>
      <span className="truncate" title={url}>
        {path}
      </span>
      <span className={classes["took"]}>{tookMs === null ? "" : formatDuration(tookMs)}</span>
    </div>
  );
}
