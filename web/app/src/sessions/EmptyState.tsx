import { Alert, Anchor, Button, Code, CopyButton, Paper, Stack, Text, Title } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { serverUrl } from "../api/client";
import { useKeys, useMe } from "../api/queries";

/** What a fresh project shows: how to record the first session. */
export function EmptyState({ project }: { project: string }) {
  const me = useMe();
  const isAdmin = me.data?.role === "admin";
  const keys = useKeys(project, isAdmin);
  return (
    <Paper withBorder p="xl" mt="md" maw={720} mx="auto" bg="var(--td-surface)" data-testid="empty-state">
      <Stack gap="sm">
        <Title order={2} size="h4">
          No session yet
        </Title>
        <Text size="sm">Paste this into the pages to record, before the end of the head:</Text>
        {keys.data && <Snippet text={keys.data.snippet} />}
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
      </Stack>
    </Paper>
  );
}

function Snippet({ text }: { text: string }) {
  return (
    <div>
      <Code
        block
        data-testid="snippet"
        tabIndex={0}
        style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}
      >
        {text}
      </Code>
      <CopyButton value={text}>
        {({ copied, copy }) => (
          <Button
            size="xs"
            variant="default"
            mt="xs"
            leftSection={copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
            onClick={copy}
          >
            {copied ? "Copied" : "Copy the snippet"}
          </Button>
        )}
      </CopyButton>
    </div>
  );
}
