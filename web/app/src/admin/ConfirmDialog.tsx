import { Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { ErrorNotice } from "../shell/ErrorNotice";

interface ConfirmDialogProps<T> {
  title: string;
  children: ReactNode;
  /** What the button says that does it. */
  confirm: string;
  /** What has to be typed first. */
  typed?: string;
  /** Asks for a reason, which goes into the audit trail. */
  asksReason?: boolean;
  action: (reason: string) => Promise<T>;
  onDone: (result: T) => void;
  onClose: () => void;
}

/** Asks before something that can't be undone. Stays open, with what went wrong, if it fails. */
export function ConfirmDialog<T>(props: ConfirmDialogProps<T>) {
  const { title, children, confirm, typed, asksReason, action, onDone, onClose } = props;
  const [text, setText] = useState("");
  const [reason, setReason] = useState("");
  const run = useMutation({ mutationFn: () => action(reason.trim()), onSuccess: onDone });
  const isReady = typed === undefined || text === typed;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isReady) run.mutate();
  };
  return (
    <Modal.Root opened onClose={onClose} centered data-testid="confirm">
      <Modal.Overlay />
      <Modal.Content>
        {/* A <header> in a dialog would count as a second banner of the page. */}
        <Modal.Header role="presentation">
          <Modal.Title fw={650}>{title}</Modal.Title>
          <Modal.CloseButton aria-label="Close" />
        </Modal.Header>
        <Modal.Body>
          <form onSubmit={submit}>
            <Stack gap="sm">
              {children}
              {asksReason && (
                <TextInput
                  label="Reason"
                  description="Optional. It is kept in the audit trail and the certificate."
                  maxLength={500}
                  value={reason}
                  onChange={(event) => setReason(event.currentTarget.value)}
                  data-testid="confirm-reason"
                />
              )}
              {typed !== undefined && (
                <TextInput
                  label={`Type “${typed}” to confirm`}
                  autoComplete="off"
                  value={text}
                  onChange={(event) => setText(event.currentTarget.value)}
                  data-testid="confirm-typed"
                />
              )}
              {run.error && <ErrorNotice error={run.error} />}
              <Group justify="flex-end" gap="xs">
                <Button variant="default" onClick={onClose}>
                  Cancel
                </Button>
                <Button
                  type="submit"
                  color="red.9"
                  disabled={!isReady}
                  loading={run.isPending}
                  data-testid="confirm-submit"
                >
                  {confirm}
                </Button>
              </Group>
            </Stack>
          </form>
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
