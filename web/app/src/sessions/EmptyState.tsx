import { Alert, Anchor, Paper, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { serverUrl } from "../api/client";
import { useKeys, useMe } from "../api/queries";
import { Snippet } from "../shell/Snippet";

/** What a fresh project shows: how to record the first session. */
export function EmptyState({ project }: { project: string }) {
  const me = useMe();
  const isAdmin = me.data?.role === "admin";
  const keys = useKeys(project, isAdmin);
  const demo = useDemo(project);
  return (
    <Paper withBorder p="xl" mt="md" maw={720} mx="auto" bg="var(--td-surface)" data-testid="empty-state">
      <Stack gap="sm">
        <Title order={2} size="h4">
          No session yet
        </Title>
        {keys.data?.snippet && (
          <>
            <Text size="sm">Paste this into the pages to record, before the end of the head:</Text>
            <Snippet text={keys.data.snippet} />
          </>
        )}
        {keys.data?.snippet === null && (
          <Text size="sm">
            This project has no write key yet:{" "}
            <Anchor
              component={Link}
              to={`/p/${encodeURIComponent(project)}/admin/keys`}
              underline="always"
              size="sm"
            >
              make one
            </Anchor>
            .
          </Text>
        )}
        {keys.isError && (
          <Alert color="red" variant="outline">
            {keys.error.message}
          </Alert>
        )}
        {me.data && !isAdmin && (
          <Text size="sm" c="dimmed">
            An admin of this Tapedeck can see the snippet here.
          </Text>
        )}
        {demo.data && keys.data?.snippet !== null && (
          <Text size="sm">
            Or open the{" "}
            <Anchor
              href={serverUrl("demo")}
              target="_blank"
              rel="noreferrer"
              underline="always"
              data-testid="demo-link"
            >
              demo page
            </Anchor>
            , which records itself, and click around. The session appears here within seconds.
          </Text>
        )}
      </Stack>
    </Paper>
  );
}

/** The project that the demo page records into. */
const DEMO_PROJECT = "default";

/** Whether the server has a demo page that records into this project. */
function useDemo(project: string) {
  return useQuery({
    queryKey: ["demo", project],
    queryFn: async ({ signal }) => (await fetch(serverUrl("demo"), { method: "HEAD", signal })).ok,
    enabled: project === DEMO_PROJECT,
    staleTime: Number.POSITIVE_INFINITY,
  });
}
