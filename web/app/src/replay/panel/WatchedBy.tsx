import { Button, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../api/client";
import { useMe } from "../../api/queries";
import type { View } from "../../api/types";
import { formatAbsolute, formatCount, formatRelative } from "../../format";
import { ErrorNotice } from "../../shell/ErrorNotice";
import classes from "./tabs.module.css";

const REFRESH_MS = 60_000;
/** Shown at first: who comes after them has not watched for long. */
const FIRST = 10;

interface WatchedByProps {
  project: string;
  session: string;
}

/** Who of the team has watched the session, who watched last on top. */
export function WatchedBy({ project, session }: WatchedByProps) {
  const me = useMe().data;
  const { data, dataUpdatedAt, error, refetch } = useQuery({
    queryKey: ["views", project, session],
    queryFn: ({ signal }) => api.views(project, session, signal),
    select: (answer) => answer.views,
    staleTime: 0,
    refetchInterval: REFRESH_MS,
  });
  const [all, setAll] = useState(false);
  const shown = data && !all ? data.slice(0, FIRST) : data;
  return (
    <>
      <h2>Watched by</h2>
      {error && !data && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {data?.length === 0 && <Text size="sm">Nobody yet</Text>}
      {shown && shown.length > 0 && (
        <ul className={classes["viewers"]} aria-label="Watched by">
          {shown.map((view) => (
            <Viewer
              key={`${view.kind}/${view.viewer}`}
              view={view}
              isMe={view.kind === "person" && view.viewer === me?.name}
              now={dataUpdatedAt}
            />
          ))}
        </ul>
      )}
      {data && shown && shown.length < data.length && (
        <Button
          size="compact-xs"
          variant="default"
          mt={6}
          onClick={() => setAll(true)}
          data-testid="viewers-all"
        >
          Show all {formatCount(data.length)}
        </Button>
      )}
    </>
  );
}

interface ViewerProps {
  view: View;
  isMe: boolean;
  now: number;
}

function Viewer({ view, isMe, now }: ViewerProps) {
  const { viewer, kind, lastAt, times } = view;
  return (
    <li data-testid="viewer" data-viewer={viewer}>
      <span className={classes["viewer"]} title={kind === "share" ? `Link ${viewer}` : undefined}>
        {describe(view)}
        {isMe && " (you)"}
      </span>
      <span className={classes["seen"]}>
        <time dateTime={new Date(lastAt).toISOString()} title={formatAbsolute(lastAt)}>
          {formatRelative(lastAt, now)}
        </time>
        , {times === 1 ? "once" : `${formatCount(times)} times`}
      </span>
    </li>
  );
}

/** Nobody knows who has opened a link. */
function describe({ viewer, kind, madeBy }: View): string {
  switch (kind) {
    case "person":
      return viewer;
    case "token":
      return `${viewer} (API token)`;
    case "share":
      return madeBy === null ? "Somebody with a link" : `Somebody with a link from ${madeBy}`;
  }
}
