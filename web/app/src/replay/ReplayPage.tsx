import { Anchor, Center, Loader, Stack, Text, Title } from "@mantine/core";
import { useEffect, useState } from "react";
import { Link, useParams, useSearchParams } from "react-router";
import { ApiError } from "../api/client";
import type { Manifest, Marker, MarkerKind } from "../api/types";
import type { SessionPlayer } from "../player/sessionPlayer";
import { AppHeader } from "../shell/AppHeader";
import { ErrorNotice } from "../shell/ErrorNotice";
import { ControlBar } from "./ControlBar";
import { Notices } from "./Notices";
import { PageBar } from "./PageBar";
import classes from "./ReplayPage.module.css";
import { ReplayHeader } from "./ReplayHeader";
import { Stage } from "./Stage";
import { Timeline } from "./Timeline";
import { SidePanel } from "./panel/SidePanel";
import { useListAddress } from "./listAddress";
import type { LiveStatus } from "./liveFeed";
import { useFullscreen } from "./useFullscreen";
import { useLive } from "./useLive";
import { type MarkersQuery, useManifest, useMarkers, usePlayer } from "./useReplay";
import { useShortcuts } from "./useShortcuts";

/** What the timeline, the activity list and the address bar live on; console and requests come when looked at. */
const PAGE_KINDS: readonly MarkerKind[] = [
  "navigation",
  "click",
  "rageClick",
  "deadClick",
  "error",
  "failedRequest",
  "custom",
  "idle",
];

const NO_MARKERS: Marker[] = [];

export function ReplayPage() {
  const { project = "", session = "" } = useParams();
  // A player belongs to one session: with another address everything starts over.
  return <Replay key={`${project}/${session}`} project={project} session={session} />;
}

function Replay({ project, session }: { project: string; session: string }) {
  const [params] = useSearchParams();
  const [startMs] = useState(() => Math.max(0, Number(params.get("t")) || 0));
  const manifest = useManifest(project, session);
  const live = useLive(project, session, manifest);
  const [stage, setStage] = useState<HTMLElement | null>(null);
  const player = usePlayer(stage, manifest, project, session, startMs);
  const markers = useMarkers(project, session, manifest.data?.rev, PAGE_KINDS);
  const list = markers.data?.markers ?? NO_MARKERS;

  useEffect(() => {
    document.title = `Session ${session} – Tapedeck`;
  }, [session]);
  useEffect(() => player?.setMarkers(list), [player, list]);

  if (manifest.isError && !manifest.data) return <NoSession error={manifest.error} project={project} />;
  return (
    <div className={classes["page"]}>
      <AppHeader>
        {manifest.data && <ReplayHeader project={project} session={manifest.data.session} player={player} />}
      </AppHeader>
      {manifest.data ? (
        <Deck
          manifest={manifest.data}
          live={live}
          markers={list}
          query={markers}
          player={player}
          setStage={setStage}
          project={project}
        />
      ) : (
        <Center flex={1}>
          <Loader aria-label="Loading the session" />
        </Center>
      )}
    </div>
  );
}

interface DeckProps {
  project: string;
  manifest: Manifest;
  live: LiveStatus;
  markers: Marker[];
  query: MarkersQuery;
  player: SessionPlayer | null;
  setStage: (stage: HTMLElement | null) => void;
}

/** Picture and controls on the left, what happened on the right. */
function Deck({ project, manifest, live, markers, query, player, setStage }: DeckProps) {
  const { ref, isFullscreen, toggle } = useFullscreen();
  useShortcuts(player, toggle);
  const { session } = manifest;
  const hasEvents = manifest.frames.length > 0;
  return (
    <main className={classes["deck"]}>
      <section className={classes["screen"]} ref={ref} aria-label="Replay">
        {player ? <PageBar player={player} markers={markers} /> : <div className={classes["barSpace"]} />}
        {player && <Notices player={player} session={session} />}
        <Stage player={player} setStage={setStage} empty={!hasEvents} />
        {player && (
          <div className={classes["transport"]}>
            <Timeline player={player} markers={markers} />
            <ControlBar player={player} live={live} isFullscreen={isFullscreen} onFullscreen={toggle} />
          </div>
        )}
      </section>
      <SidePanel project={project} manifest={manifest} markers={query} player={player} />
    </main>
  );
}

function NoSession({ error, project }: { error: Error; project: string }) {
  const listAddress = useListAddress(project);
  const gone = error instanceof ApiError && (error.status === 404 || error.status === 410);
  return (
    <div className={classes["page"]}>
      <AppHeader />
      <Center flex={1} component="main" p="md">
        <Stack align="center" gap="xs">
          {gone ? (
            <>
              <Title order={1} size="h3">
                This session is not here
              </Title>
              <Text c="dimmed">It may have expired, been erased, or never arrived.</Text>
            </>
          ) : (
            <ErrorNotice error={error} />
          )}
          <Anchor component={Link} to={listAddress} underline="always">
            To the sessions
          </Anchor>
        </Stack>
      </Center>
    </div>
  );
}
