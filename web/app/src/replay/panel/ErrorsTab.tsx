import { useMemo, useState } from "react";
import type { Marker } from "../../api/types";
import type { SessionPlayer } from "../../player/sessionPlayer";
import { filterKinds, textOf } from "../markers";
import type { MarkersQuery } from "../useReplay";
import { ConsoleDetails, ConsoleRow, hasMoreToSay } from "./ConsoleTab";
import { Details } from "./Details";
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
        details={(marker) =>
          marker.kind === "console" ? <ConsoleDetails marker={marker} /> : <ErrorDetails marker={marker} />
        }
      />
    </>
  );
}

function ErrorRow({ marker, expanded }: { marker: Marker; expanded: boolean }) {
  if (marker.kind === "console") return <ConsoleRow marker={marker} expanded={expanded} />;
  return (
    <div
      className={classes["message"]}
      data-level={marker.kind === "error" ? "error" : "warn"}
      data-short={!expanded || undefined}
    >
      {messageOf(marker)}
    </div>
  );
}

function ErrorDetails({ marker }: { marker: Marker }) {
  const stack = textOf(marker, "stack");
  const message = messageOf(marker);
  return (
    // Some browsers begin a stack with the message, others do not.
    <Details text={stack.startsWith(message) ? stack : `${message}\n${stack}`.trim()}>
      {stack && <div className={classes["stack"]}>{stack}</div>}
    </Details>
  );
}

function messageOf(marker: Marker): string {
  const name = textOf(marker, "name");
  const message = textOf(marker, "message") || marker.title;
  return name && !message.startsWith(name) ? `${name}: ${message}` : message;
}
