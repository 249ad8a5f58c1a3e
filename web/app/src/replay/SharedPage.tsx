import { Center, Loader, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { useParams } from "react-router";
import { ApiError, api, sharedAddress } from "../api/client";
import type { Session } from "../api/types";
import { formatAbsoluteShort } from "../format";
import { newFrameWorker } from "../player/frameWorker";
import { GuestHeader } from "../shell/AppHeader";
import { ErrorNotice } from "../shell/ErrorNotice";
import { Replay } from "./Replay";
import { SessionTitle } from "./ReplayHeader";
import header from "./ReplayHeader.module.css";
import classes from "./ReplayPage.module.css";

/** The session that a link leads to, for people without an account: nothing else is within reach. */
export function SharedPage() {
  const { token = "" } = useParams();
  return <Shared key={token} token={token} />;
}

function Shared({ token }: { token: string }) {
  const address = useMemo(() => sharedAddress(token), [token]);
  const share = useQuery({
    queryKey: ["share", token],
    queryFn: ({ signal }) => api.shared(token, signal),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });

  useEffect(() => {
    document.title = "Shared session – Tapedeck";
  }, []);

  if (share.isError) return <NoShare error={share.error} onRetry={() => void share.refetch()} />;
  if (!share.data) {
    return (
      <Center h="100dvh">
        <Loader aria-label="Loading the session" />
      </Center>
    );
  }
  const { startMs, expiresAt } = share.data;
  return (
    <Replay
      address={address}
      startMs={startMs}
      project={null}
      newWorker={newFrameWorker}
      header={(session) => <SharedHeader session={session} expiresAt={expiresAt} />}
      missing={(error, retry) => <NoShare error={error} onRetry={retry} />}
    />
  );
}

function SharedHeader({ session, expiresAt }: { session: Session | null; expiresAt: number }) {
  return (
    <GuestHeader>
      {session && <SessionTitle session={session} />}
      <div className={header["actions"]}>
        <span className={header["when"]} data-testid="share-ends">
          Link ends {formatAbsoluteShort(expiresAt)}
        </span>
      </div>
    </GuestHeader>
  );
}

function NoShare({ error, onRetry }: { error: Error; onRetry: () => void }) {
  const hasEnded = error instanceof ApiError && (error.status === 404 || error.status === 410);
  return (
    <div className={classes["page"]}>
      <GuestHeader />
      <Center flex={1} component="main" p="md">
        {hasEnded ? (
          <Stack align="center" gap="xs" maw={420} data-testid="share-ended">
            <Title order={1} size="h3" ta="center">
              This link has ended
            </Title>
            <Text c="dimmed" ta="center">
              It has expired or was revoked, the recording is gone, or a part of the address is missing. Ask
              whoever sent it to you for another one.
            </Text>
          </Stack>
        ) : (
          <ErrorNotice error={error} onRetry={onRetry} />
        )}
      </Center>
    </div>
  );
}
