import { Alert, Button, Group, Modal, PasswordInput, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api } from "../api/client";
import { loginProblem } from "../login/loginProblem";

const LENGTH_MIN = 8;

interface PasswordDialogProps {
  /** Whose password it is: password managers want to know. */
  name: string;
  onClose: () => void;
}

/** Changes one's own password. */
export function PasswordDialog({ name, onClose }: PasswordDialogProps) {
  const [current, setCurrent] = useState("");
  const [wanted, setWanted] = useState("");
  const [again, setAgain] = useState("");
  const change = useMutation({ mutationFn: () => api.changePassword(current, wanted) });
  const differs = again !== "" && again !== wanted;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (again === wanted) change.mutate();
  };
  return (
    <Modal.Root opened onClose={onClose} centered data-testid="password-dialog">
      <Modal.Overlay />
      <Modal.Content>
        {/* A <header> in a dialog would count as a second banner of the page. */}
        <Modal.Header role="presentation">
          <Modal.Title fw={650}>Change your password</Modal.Title>
          <Modal.CloseButton aria-label="Close" />
        </Modal.Header>
        <Modal.Body>
          {change.isSuccess ? (
            <Stack gap="sm">
              <Text size="sm" role="status" data-testid="password-changed">
                Your password is changed. Your other logins have ended.
              </Text>
              <Group justify="flex-end">
                <Button onClick={onClose}>Close</Button>
              </Group>
            </Stack>
          ) : (
            <form onSubmit={submit}>
              <Stack gap="sm">
                <input type="text" name="name" autoComplete="username" value={name} readOnly hidden />
                <PasswordInput
                  label="Current password"
                  autoComplete="current-password"
                  required
                  withAsterisk={false}
                  data-autofocus
                  value={current}
                  onChange={(event) => setCurrent(event.currentTarget.value)}
                  data-testid="password-current"
                />
                <PasswordInput
                  label="New password"
                  description={`${LENGTH_MIN} characters at least`}
                  autoComplete="new-password"
                  required
                  withAsterisk={false}
                  minLength={LENGTH_MIN}
                  maxLength={1024}
                  value={wanted}
                  onChange={(event) => setWanted(event.currentTarget.value)}
                  data-testid="password-new"
                />
                <PasswordInput
                  label="Repeat the new password"
                  autoComplete="new-password"
                  required
                  withAsterisk={false}
                  value={again}
                  error={differs && "Passwords don't match"}
                  onChange={(event) => setAgain(event.currentTarget.value)}
                  data-testid="password-again"
                />
                {change.error && (
                  <Alert color="red" variant="outline" role="alert" data-testid="password-error">
                    {loginProblem(change.error, "Incorrect current password.")}
                  </Alert>
                )}
                <Group justify="flex-end" gap="xs">
                  <Button variant="default" onClick={onClose}>
                    Cancel
                  </Button>
                  <Button
                    type="submit"
                    disabled={differs}
                    loading={change.isPending}
                    data-testid="password-submit"
                  >
                    Change the password
                  </Button>
                </Group>
              </Stack>
            </form>
          )}
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
