import { useMemo, useState } from "react";
import type { Marker } from "../../api/types";
import type { SessionPlayer } from "../../player/sessionPlayer";
import { filterKinds, textOf } from "../markers";
import { MarkerList } from "./MarkerList";
import { PanelFilter } from "./PanelFilter";
import classes from "./tabs.module.css";

/** What went wrong: errors with their stacks, and requests that failed. */
export function ErrorsTab({ player, markers }: { player: SessionPlayer; markers: Marker[] }) {
  const [text, setText] = useState("");
  const shown = useMemo(() => filterKinds(markers, ["error", "failedRequest"], text), [markers, text]);
  return (
    <>
      <PanelFilter label="Filter the errors" text={text} onText={setText} />
      <MarkerList
        player={player}
        markers={shown}
        label="Errors"
        testId="errors"
        empty="No errors."
        canExpand={(marker) => textOf(marker, "stack") !== ""}
        render={(marker, expanded) => <ErrorRow marker={marker} expanded={expanded} />}
      />
    </>
  );
}

function ErrorRow({ marker, expanded }: { marker: Marker; expanded: boolean }) {
  const name = textOf(marker, "name");
  const message = textOf(marker, "message") || marker.title;
  const stack = textOf(marker, "stack");
  return (
    <>
      <div
        className={classes["message"]}
        data-level={marker.kind === "error" ? "error" : "warn"}
        data-short={!expanded || undefined}
      >
        {name && !message.startsWith(name) ? `${name}: ${message}` : message}
      </div>
      {expanded && stack && <div className={classes["stack"]}>{stack}</div>}
    </>
  );
}
