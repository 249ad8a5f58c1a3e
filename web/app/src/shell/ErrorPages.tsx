import { Anchor, Button, Center, Stack, Text, Title } from "@mantine/core";
import { Link, useRouteError } from "react-router";
import { ErrorNotice } from "./ErrorNotice";

export function NotFoundPage() {
  return (
    <Center h="100dvh" component="main">
      <Stack align="center" gap="xs">
        <Title order={1} size="h3">
          There is no such page
        </Title>
        <Text c="dimmed">The address may be cut off, or the session is gone.</Text>
        <Anchor component={Link} to="/" underline="always">
          To the sessions
        </Anchor>
      </Stack>
    </Center>
  );
}

/** Shown in place of a page that threw. */
export function RouteErrorPage() {
  const error = useRouteError();
  return (
    <Center h="100dvh" component="main" p="md">
      <Stack>
        <ErrorNotice error={error instanceof Error ? error : new Error(String(error))} />
        <Button variant="default" onClick={() => window.location.reload()}>
          Load the page again
        </Button>
      </Stack>
    </Center>
  );
}
