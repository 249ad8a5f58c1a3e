import { Button, Checkbox, Group, Modal, NativeSelect, Stack, Text, TextInput } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api } from "../api/client";
import type { CreatedShare, Share } from "../api/types";
import { formatAbsoluteShort, formatClock } from "../format";
import { ErrorNotice } from "../shell/ErrorNotice";
import classes from "./ShareDialog.module.css";

const LASTS = [
  { value: "1", label: "1 hour" },
  { value: "24", label: "1 day" },
  { value: "168", label: "7 days" },
  { value: "720", label: "30 days" },
];
const LASTS_USUALLY = "168";

interface ShareDialogProps {
  project: string;
  session: string;
  /** Where the replay is. */
  positionMs: number;
  onClose: () => void;
}

/** Makes links to a session for people without an account, and ends them. */
export function ShareDialog({ project, session, positionMs, onClose }: ShareDialogProps) {
  const client = useQueryClient();
  const queryKey = ["shares", project, session];
  const shares = useQuery({
    queryKey,
    queryFn: ({ signal }) => api.shares(project, session, signal),
    staleTime: 0,
  });
  const [made, setMade] = useState<CreatedShare | null>(null);
  const refetch = () => client.invalidateQueries({ queryKey });
  const revoke = useMutation({
    mutationFn: (id: string) => api.revokeShare(project, session, id),
    onSuccess: (_, id) => {
      if (made?.id === id) setMade(null);
      return refetch();
    },
  });
  return (
    <Modal.Root opened onClose={onClose} centered data-testid="share-dialog">
      <Modal.Overlay />
      <Modal.Content>
        {/* A <header> in a dialog would count as a second banner of the page. */}
        <Modal.Header role="presentation">
          <Modal.Title fw={650}>Share this session</Modal.Title>
          <Modal.CloseButton aria-label="Close" />
        </Modal.Header>
        <Modal.Body>
          <Stack gap="md">
            <Text size="sm">
              Whoever has the link can watch this session, with all that was recorded of it, without an
              account. They see nothing else.
            </Text>
            {shares.data?.enabled === false ? (
              <Text size="sm" c="dimmed" data-testid="share-off">
                Links are turned off on this server: none can be made, and those below do not work.
              </Text>
            ) : made ? (
              <MadeLink url={made.url} onAnother={() => setMade(null)} />
            ) : (
              <NewLink
                project={project}
                session={session}
                positionMs={positionMs}
                onMade={(share) => {
                  setMade(share);
                  void refetch();
                }}
              />
            )}
            {shares.error && <ErrorNotice error={shares.error} onRetry={() => void shares.refetch()} />}
            {shares.data && shares.data.shares.length > 0 && (
              <section aria-label="Links to this session">
                <h3 className={classes["heading"]}>Links that work</h3>
                <ul className={classes["list"]}>
                  {shares.data.shares.map((share) => (
                    <LinkRow
                      key={share.id}
                      share={share}
                      isNew={share.id === made?.id}
                      isRevoking={revoke.isPending && revoke.variables === share.id}
                      onRevoke={() => revoke.mutate(share.id)}
                    />
                  ))}
                </ul>
              </section>
            )}
            {revoke.error && <ErrorNotice error={revoke.error} />}
          </Stack>
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}

interface NewLinkProps {
  project: string;
  session: string;
  positionMs: number;
  onMade: (share: CreatedShare) => void;
}

function NewLink({ project, session, positionMs, onMade }: NewLinkProps) {
  const [lasts, setLasts] = useState(LASTS_USUALLY);
  const [startMs] = useState(Math.floor(positionMs));
  const [startsHere, setStartsHere] = useState(startMs >= 1_000);
  const create = useMutation({
    mutationFn: () =>
      api.createShare(project, session, {
        lastsHours: Number(lasts),
        startMs: startsHere ? startMs : 0,
      }),
    onSuccess: onMade,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <NativeSelect
          label="The link ends after"
          data={LASTS}
          value={lasts}
          onChange={(event) => setLasts(event.currentTarget.value)}
          data-testid="share-lasts"
        />
        <Checkbox
          label={`Start at ${formatClock(startMs)}`}
          checked={startsHere}
          onChange={(event) => setStartsHere(event.currentTarget.checked)}
          data-testid="share-start"
        />
        {create.error && <ErrorNotice error={create.error} />}
        <Group justify="flex-end">
          <Button type="submit" loading={create.isPending} data-testid="share-create">
            Make the link
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** The one time that the link is there to be taken: the server keeps no copy of it. */
function MadeLink({ url, onAnother }: { url: string; onAnother: () => void }) {
  const clipboard = useClipboard();
  return (
    <Stack gap="sm">
      <TextInput
        label="The link"
        description="Take it now: it is not shown again."
        value={url}
        readOnly
        onFocus={(event) => event.currentTarget.select()}
        data-testid="share-link"
      />
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onAnother}>
          Make another
        </Button>
        {/* Without TLS browsers have no clipboard for pages: the field above is there to copy from by hand. */}
        {navigator.clipboard && (
          <Button
            leftSection={
              clipboard.copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />
            }
            onClick={() => clipboard.copy(url)}
            data-testid="share-copy"
          >
            {clipboard.copied ? "Copied" : "Copy"}
          </Button>
        )}
      </Group>
    </Stack>
  );
}

interface LinkRowProps {
  share: Share;
  isNew: boolean;
  isRevoking: boolean;
  onRevoke: () => void;
}

function LinkRow({ share, isNew, isRevoking, onRevoke }: LinkRowProps) {
  return (
    <li className={classes["row"]} data-testid="share-row" data-share-id={share.id}>
      <div className={classes["about"]}>
        <div>
          Ends {formatAbsoluteShort(share.expiresAt)}
          {share.startMs > 0 && <>, starts at {formatClock(share.startMs)}</>}
        </div>
        <Text size="xs" c="dimmed" truncate>
          {isNew ? "Made just now" : `Made by ${share.madeBy}, ${formatAbsoluteShort(share.createdAt)}`}
        </Text>
      </div>
      <Button
        size="xs"
        variant="outline"
        color="red.9"
        loading={isRevoking}
        onClick={onRevoke}
        data-testid="share-revoke"
      >
        Revoke
      </Button>
    </li>
  );
}
