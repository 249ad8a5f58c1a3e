import { Button, Menu, Text } from "@mantine/core";
import { IconStack2 } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { api } from "../api/client";
import type { Session } from "../api/types";
import { formatAbsoluteShort, formatCount, formatDuration, splitUrl } from "../format";
import type { SessionPlayer } from "../player/sessionPlayer";
import { useFromList } from "./listAddress";
import { related, relatedQueries, sameInstant } from "./related";

const REFRESH_LIVE_MS = 15_000;

interface OtherRecordingsProps {
  project: string;
  session: Session;
  player: SessionPlayer | null;
}

/** Some recorders make a session of every tab, and all of them begin another after a pause: the way to those. */
export function OtherRecordings({ project, session, player }: OtherRecordingsProps) {
  const others = useOthers(project, session);
  const fromList = useFromList();
  const [opened, setOpened] = useState(false);
  if (others.length === 0) return null;
  const at = opened && player ? player.originAt + player.positionMs : 0;
  return (
    <Menu position="bottom-end" width={320} opened={opened} onChange={setOpened}>
      <Menu.Target>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconStack2 size={14} aria-hidden />}
          data-testid="other-recordings"
        >
          {others.length === 1 ? "1 other recording" : `${formatCount(others.length)} other recordings`}
        </Button>
      </Menu.Target>
      <Menu.Dropdown mah="70vh" style={{ overflowY: "auto" }}>
        <Menu.Label>Of this visitor, at about this time</Menu.Label>
        {others.map((other) => (
          <Menu.Item
            key={other.id}
            component={Link}
            to={addressOf(project, other, at)}
            state={fromList}
            data-testid="other-recording"
            data-session-id={other.id}
          >
            {formatAbsoluteShort(other.startedAt)} · {formatDuration(other.durationMs)}
            <Text size="xs" c="dimmed" truncate>
              {other.entryUrl ? splitUrl(other.entryUrl).path : "Unknown page"}
            </Text>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function useOthers(project: string, session: Session): Session[] {
  const queries = relatedQueries(session);
  const { data } = useQuery({
    queryKey: ["related", project, session.id, queries.map(String)],
    queryFn: async ({ signal }) => {
      const pages = await Promise.all(queries.map((query) => api.sessions(project, query, signal)));
      return pages.flatMap((page) => page.sessions);
    },
    enabled: queries.length > 0,
    refetchInterval: session.phase === "live" ? REFRESH_LIVE_MS : false,
    placeholderData: (before) => before,
  });
  return related(session, data ?? []);
}

function addressOf(project: string, other: Session, at: number): string {
  const ms = sameInstant(other, at);
  const path = `/p/${encodeURIComponent(project)}/s/${encodeURIComponent(other.id)}`;
  return ms > 0 ? `${path}?t=${ms}` : path;
}
