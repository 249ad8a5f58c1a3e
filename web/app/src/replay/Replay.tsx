import { Center, Loader } from "@mantine/core";
import { type ReactNode, useEffect, useState } from "react";
import type { SessionAddress } from "../api/client";
import type { Manifest, Marker, MarkerChoice, Note, Session } from "../api/types";
import type { FrameWorker } from "../player/protocol";
import type { SessionPlayer } from "../player/sessionPlayer";
import { ControlBar } from "./ControlBar";
import { Notices } from "./Notices";
import { PageBar } from "./PageBar";
import classes from "./ReplayPage.module.css";
import { Stage } from "./Stage";
import { Timeline } from "./Timeline";
import { startOf } from "./notes";
import { SidePanel } from "./panel/SidePanel";
import type { LiveStatus } from "./liveFeed";
import { useFullscreen } from "./useFullscreen";
import { useLive } from "./useLive";
import { type MarkersQuery, useManifest, useMarkers, useNotes, usePlayer } from "./useReplay";
import { useShortcuts } from "./useShortcuts";

/**
 * What the timeline, the lists of activity and errors, and the address bar live on. What else the console says, and
 * requests that went well, come when looked at: a page may make any number of them.
 */
const PAGE_MARKERS: MarkerChoice = {
  kinds: [
    "navigation",
    "click",
    "rageClick",
    "deadClick",
    "error",
    "console",
    "failedRequest",
    "custom",
    "idle",
  ],
  levels: ["error"],
};

const NO_MARKERS: Marker[] = [];
const NO_NOTES: readonly Note[] = [];

interface ReplayProps {
  address: SessionAddress;
  startMs: number;
  /** Whose sessions can be listed; null for those who have no account. */
  project: string | null;
  /** Makes what reads the events; one and the same function for the life of the page. */
  newWorker: () => FrameWorker;
  /** The bar on top; the session is null until it is known. */
  header: (session: Session | null, player: SessionPlayer | null) => ReactNode;
  /** What is shown if there is no session to play; `retry` asks for it once more. */
  missing: (error: Error, retry: () => void) => ReactNode;
}

/** One session: its pictures, its controls and what happened, whoever looks at it. */
export function Replay({ address, startMs, project, newWorker, header, missing }: ReplayProps) {
  const manifest = useManifest(address);
  const live = useLive(address, manifest);
  const [stage, setStage] = useState<HTMLElement | null>(null);
  const player = usePlayer(stage, manifest, address, startMs, newWorker);
  const markers = useMarkers(address, manifest.data?.rev, PAGE_MARKERS);
  const list = markers.data?.markers ?? NO_MARKERS;

  useEffect(() => player?.setMarkers(list), [player, list]);

  if (manifest.isError && !manifest.data) return missing(manifest.error, () => void manifest.refetch());
  return (
    <div className={classes["page"]}>
      {header(manifest.data?.session ?? null, player)}
      {manifest.data ? (
        <Deck
          manifest={manifest.data}
          live={live}
          markers={list}
          query={markers}
          player={player}
          setStage={setStage}
          address={address}
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
  address: SessionAddress;
  project: string | null;
  manifest: Manifest;
  live: LiveStatus;
  markers: Marker[];
  query: MarkersQuery;
  player: SessionPlayer | null;
  setStage: (stage: HTMLElement | null) => void;
}

/** Picture and controls on the left, what happened on the right. */
function Deck({ address, project, manifest, live, markers, query, player, setStage }: DeckProps) {
  const { ref, isFullscreen, toggle } = useFullscreen();
  useShortcuts(player, toggle);
  const { session } = manifest;
  const originMs = player ? player.originAt - startOf(manifest) : 0;
  const notes = useNotes(address, originMs);
  const hasEvents = manifest.frames.length > 0;
  return (
    <main className={classes["deck"]}>
      <section className={classes["screen"]} ref={ref} aria-label="Replay">
        {player ? <PageBar player={player} markers={markers} /> : <div className={classes["barSpace"]} />}
        {player && <Notices player={player} session={session} />}
        <Stage player={player} setStage={setStage} empty={!hasEvents} />
        {player && (
          <div className={classes["transport"]}>
            <Timeline player={player} markers={markers} notes={notes.data ?? NO_NOTES} />
            <ControlBar player={player} live={live} isFullscreen={isFullscreen} onFullscreen={toggle} />
          </div>
        )}
      </section>
      <SidePanel
        address={address}
        project={project}
        manifest={manifest}
        markers={query}
        notes={notes}
        originMs={originMs}
        player={player}
      />
    </main>
  );
}
