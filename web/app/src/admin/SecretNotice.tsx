import { Alert, Button, Code, CopyButton, Group, Text } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";

interface SecretNoticeProps {
  title: string;
  secret: string;
  onClose: () => void;
}

/** A password or a token that was made just now, the only time that it can be seen. */
export function SecretNotice({ title, secret, onClose }: SecretNoticeProps) {
  return (
    <Alert
      variant="outline"
      color="var(--td-accent)"
      title={title}
      maw={560}
      role="status"
      data-testid="secret"
    >
      <Text size="sm" mb={6}>
        Note it now: it is not shown again.
      </Text>
      <Code
        block
        tabIndex={0}
        data-testid="secret-text"
        style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}
      >
        {secret}
      </Code>
      <Group gap="xs" mt="xs">
        <CopyButton value={secret}>
          {({ copied, copy }) => (
            <Button
              size="xs"
              variant="default"
              leftSection={copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
              // Without TLS browsers have no clipboard for pages: show it so that it can be taken by hand.
              onClick={() => (navigator.clipboard ? copy() : window.prompt(title, secret))}
            >
              {copied ? "Copied" : "Copy"}
            </Button>
          )}
        </CopyButton>
        <Button size="xs" variant="default" onClick={onClose} data-testid="secret-close">
          Done
        </Button>
      </Group>
    </Alert>
  );
}
