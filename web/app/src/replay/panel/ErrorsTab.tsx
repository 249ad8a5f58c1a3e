import { useMemo, useState } from "react";
import type { Marker } from "../../api/types";
import type { SessionPlayer } from "../../player/sessionPlayer";
import { filterKinds, textOf } from "../markers";
import type { MarkersQuery } from "../useReplay";
import { ConsoleRow, hasMoreToSay } from "./ConsoleTab";
import { MarkerList, isLong } from "./MarkerList";
import { PanelFilter } from "./PanelFilter";
import classes from "./tabs.module.css";

/** What went wrong: errors with their stacks, those that the page told the console, and requests that failed. */
export function ErrorsTab({ player, query }: { player: SessionPlayer; query: MarkersQuery }) {
  const [text, setText] = useState("");
  const shown = useMemo(
    () => filterKinds(query.data?.markers ?? [], ["error", "failedRequest"], text),
    [query.data, text],
  );
  return (
    <>
      <PanelFilter label="Filter the errors" text={text} onText={setText} />
      <MarkerList
        player={player}
        query={query}
        markers={shown}
        label="Errors"
        testId="errors"
        empty="No errors."
        canExpand={(marker) =>
          marker.kind === "console"
            ? hasMoreToSay(marker)
            : textOf(marker, "stack") !== "" || isLong(messageOf(marker))
        }
        render={(marker, expanded) => <ErrorRow marker={marker} expanded={expanded} />}
      />
    </>
  );
}

function ErrorRow({ marker, expanded }: { marker: Marker; expanded: boolean }) {
  if (marker.kind === "console") return <ConsoleRow marker={marker} expanded={expanded} />;
  const stack = textOf(marker, "stack");
  return (
    <>
      <div
        className={classes["message"]}
        data-level={marker.kind === "error" ? "error" : "warn"}
        data-short={!expanded || undefined}
      >
        {messageOf(marker)}
      </div>
      {expanded && stack && <div className={classes["stack"]}>{stack}</div>}
    </>
  );
}

function messageOf(marker: Marker): string {
  const name = textOf(marker, "name");
  const message = textOf(marker, "message") || marker.title;
  return name && !message.startsWith(name) ? `${name}: ${message}` : message;
}
