import { Alert, Button, Group, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { ApiError } from "../api/client";

interface ErrorNoticeProps {
  error: Error;
  onRetry?: () => void;
}

/** What went wrong, in the server's words, with what is needed to find it in its log. */
export function ErrorNotice({ error, onRetry }: ErrorNoticeProps) {
  const requestId = error instanceof ApiError ? error.requestId : undefined;
  return (
    <Alert
      color="red"
      variant="outline"
      icon={<IconAlertTriangle size={18} aria-hidden />}
      title="Something went wrong"
      maw={560}
    >
      <Text size="sm">{error.message}</Text>
      {requestId && (
        <Text size="xs" c="dimmed" mt={4}>
          Request id: <span className="mono">{requestId}</span>
        </Text>
      )}
      {onRetry && (
        <Group mt="sm">
          <Button size="xs" variant="default" onClick={onRetry}>
            Try again
          </Button>
        </Group>
      )}
    </Alert>
  );
}
