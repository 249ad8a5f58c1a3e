import { Button, Code, CopyButton } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";

/** What to paste into the pages to record. */
export function Snippet({ text }: { text: string }) {
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
            // Without TLS browsers have no clipboard for pages: show the snippet so that it can be taken by hand.
            onClick={() => (navigator.clipboard ? copy() : window.prompt("The snippet", text))}
          >
            {copied ? "Copied" : "Copy the snippet"}
          </Button>
        )}
      </CopyButton>
    </div>
  );
}
