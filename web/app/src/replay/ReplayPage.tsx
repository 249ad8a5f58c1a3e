import { Anchor, Center, Stack, Text, Title } from "@mantine/core";
import { useEffect, useMemo, useState } from "react";
import { Link, useParams, useSearchParams } from "react-router";
import { ApiError, sessionAddress } from "../api/client";
import { newFrameWorker } from "../player/frameWorker";
import { AppHeader } from "../shell/AppHeader";
import { ErrorNotice } from "../shell/ErrorNotice";
import { Replay } from "./Replay";
import classes from "./ReplayPage.module.css";
import { ReplayHeader } from "./ReplayHeader";
import { useListAddress } from "./listAddress";

export function ReplayPage() {
  const { project = "", session = "" } = useParams();
  // A player belongs to one session: with another address everything starts over.
  return <OneSession key={`${project}/${session}`} project={project} session={session} />;
}

function OneSession({ project, session }: { project: string; session: string }) {
  const [params] = useSearchParams();
  const [startMs] = useState(() => Math.max(0, Number(params.get("t")) || 0));
  const address = useMemo(() => sessionAddress(project, session), [project, session]);

  useEffect(() => {
    document.title = `Session ${session} – Tapedeck`;
  }, [session]);

  return (
    <Replay
      address={address}
      startMs={startMs}
      project={project}
      newWorker={newFrameWorker}
      header={(found, player) => (
        <AppHeader>{found && <ReplayHeader project={project} session={found} player={player} />}</AppHeader>
      )}
      missing={(error, retry) => <NoSession error={error} onRetry={retry} project={project} />}
    />
  );
}

interface NoSessionProps {
  error: Error;
  onRetry: () => void;
  project: string;
}

function NoSession({ error, onRetry, project }: NoSessionProps) {
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
            <ErrorNotice error={error} onRetry={onRetry} />
          )}
          <Anchor component={Link} to={listAddress} underline="always">
            To the sessions
          </Anchor>
        </Stack>
      </Center>
    </div>
  );
}
