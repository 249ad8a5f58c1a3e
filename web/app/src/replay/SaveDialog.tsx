import { Button, Group, Modal, Progress, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { ApiError, appBase, sessionAddress } from "../api/client";
import { saveReplay } from "../offline/saveReplay";
import { ReadError } from "../player/frameReader";
import { ErrorNotice } from "../shell/ErrorNotice";

interface SaveDialogProps {
  project: string;
  session: string;
  onClose: () => void;
}

/** Saves a session as one file that plays without Tapedeck. */
export function SaveDialog({ project, session, onClose }: SaveDialogProps) {
  const [share, setShare] = useState(0);
  const under = useRef(new AbortController());
  const save = useMutation({
    mutationFn: async () => {
      const { signal } = under.current;
      const address = sessionAddress(project, session);
      const page = await offlinePage(signal);
      hand(await saveReplay({ address, page, signal, onProgress: setShare }), `tapedeck-${session}.html`);
    },
    onSuccess: onClose,
  });

  useEffect(() => {
    const controller = new AbortController();
    under.current = controller;
    return () => controller.abort();
  }, []);

  return (
    <Modal.Root opened onClose={onClose} centered data-testid="save-dialog">
      <Modal.Overlay />
      <Modal.Content>
        {/* A <header> in a dialog would count as a second banner of the page. */}
        <Modal.Header role="presentation">
          <Modal.Title fw={650}>Save as a file</Modal.Title>
          <Modal.CloseButton aria-label="Close" />
        </Modal.Header>
        <Modal.Body>
          <Stack gap="md">
            <Text size="sm">
              One HTML file with the recording and a player. It opens in any browser, offline and without an
              account.
            </Text>
            <Text size="sm" c="dimmed">
              Whoever has the file can watch it. Retention and erasure don’t reach it.
            </Text>
            {save.isPending && <Progress value={share * 100} aria-label="Saved so far" />}
            {save.error && <ErrorNotice error={told(save.error)} />}
            <Group justify="flex-end" gap="xs">
              <Button variant="default" onClick={onClose}>
                Cancel
              </Button>
              <Button loading={save.isPending} onClick={() => save.mutate()} data-testid="save-start">
                {save.isError ? "Try again" : "Save"}
              </Button>
            </Group>
          </Stack>
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}

async function offlinePage(signal: AbortSignal): Promise<string> {
  const response = await fetch(new URL("offline.html", appBase), { signal });
  if (!response.ok) {
    throw new ApiError({
      code: `HTTP_${response.status}`,
      status: response.status,
      title: "The player is not there",
    });
  }
  return response.text();
}

/** What `ReadError` says is meant for programs. */
function told(error: Error): Error {
  if (!(error instanceof ReadError)) return error;
  return new Error(
    error.failure.kind === "gone" ? "The recording is gone." : "The recording can’t be read at the moment.",
  );
}

/** Gives a file to whoever sits at the browser. */
function hand(file: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  // The browser has begun to take it by the next turn, and some only then.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
