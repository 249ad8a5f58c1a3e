import { ActionIcon, Badge, Menu, Text, Tooltip } from "@mantine/core";
import {
  IconDeviceFloppy,
  IconDots,
  IconDownload,
  IconEraser,
  IconGavel,
  IconPin,
  IconPinnedOff,
  IconShare,
} from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useNavigate } from "react-router";
import { ConfirmDialog } from "../admin/ConfirmDialog";
import { admin } from "../api/admin";
import { refresh } from "../api/adminQueries";
import { sessionAddress } from "../api/client";
import { useMe } from "../api/queries";
import type { Session } from "../api/types";
import type { SessionPlayer } from "../player/sessionPlayer";
import { SaveDialog } from "./SaveDialog";
import { ShareDialog } from "./ShareDialog";
import { describeKeeping } from "./keeping";

interface SessionMenuProps {
  project: string;
  session: Session;
  player: SessionPlayer | null;
}

/** Whether the session is kept whatever its age; everybody may know. */
export function KeptBadges({ session }: { session: Session }) {
  return (
    <>
      {session.pinned && (
        <Badge
          size="sm"
          variant="outline"
          color="gray"
          c="inherit"
          miw="max-content"
          data-testid="pinned-badge"
        >
          Pinned
        </Badge>
      )}
      {session.held && (
        <Badge
          size="sm"
          variant="outline"
          color="gray"
          c="inherit"
          miw="max-content"
          data-testid="held-badge"
        >
          Legal hold
        </Badge>
      )}
    </>
  );
}

/** What is done with one session: it is shared and saved, and admins pin it, put it under legal hold, erase it. */
export function SessionMenu({ project, session, player }: SessionMenuProps) {
  const me = useMe();
  const navigate = useNavigate();
  const [opened, setOpened] = useState(false);
  const [asks, setAsks] = useState(false);
  const [shares, setShares] = useState(false);
  const [saves, setSaves] = useState(false);
  const mark = useMutation({
    mutationFn: (marks: { pinned?: boolean; held?: boolean }) =>
      admin.markSession(project, session.id, marks),
    onSuccess: () => refresh("manifest", "sessions"),
    // The menu has closed: an admin must not take the session for held when it is not.
    onError: () => setOpened(true),
  });
  const isAdmin = me.data?.role === "admin";
  const label = isAdmin ? "Share, save, keep or erase" : "Share or save";
  return (
    <>
      <Menu position="bottom-end" width={270} opened={opened} onChange={setOpened}>
        <Menu.Target>
          <Tooltip label={label} disabled={opened}>
            <ActionIcon
              variant="default"
              size={30}
              aria-label={`${label} this session`}
              loading={mark.isPending}
              data-testid="session-menu"
            >
              <IconDots size={16} />
            </ActionIcon>
          </Tooltip>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<IconShare size={16} />}
            onClick={() => setShares(true)}
            data-testid="session-share"
          >
            Share…
            <Text size="xs" c="dimmed">
              For people without an account
            </Text>
          </Menu.Item>
          <Menu.Item
            leftSection={<IconDeviceFloppy size={16} />}
            onClick={() => setSaves(true)}
            data-testid="session-save"
          >
            Save as a file…
            <Text size="xs" c="dimmed">
              Plays offline in any browser
            </Text>
          </Menu.Item>
          <Menu.Item
            component="a"
            href={sessionAddress(project, session.id).events}
            download={`${project}-${session.id}.ndjson`}
            leftSection={<IconDownload size={16} />}
            data-testid="session-download"
          >
            Download events
            <Text size="xs" c="dimmed">
              All rrweb events, as NDJSON
            </Text>
          </Menu.Item>
          {isAdmin && (
            <>
              <Menu.Divider />
              <Menu.Label data-testid="keeping">{describeKeeping(session)}</Menu.Label>
              <Menu.Item
                leftSection={session.pinned ? <IconPinnedOff size={16} /> : <IconPin size={16} />}
                onClick={() => mark.mutate({ pinned: !session.pinned })}
                data-testid="session-pin"
              >
                {session.pinned ? "Unpin" : "Pin"}
                <Text size="xs" c="dimmed">
                  {session.pinned ? "It expires with the others again" : "Kept whatever its age"}
                </Text>
              </Menu.Item>
              <Menu.Item
                leftSection={<IconGavel size={16} />}
                onClick={() => mark.mutate({ held: !session.held })}
                data-testid="session-hold"
              >
                {session.held ? "Lift the legal hold" : "Legal hold"}
                <Text size="xs" c="dimmed">
                  {session.held ? "It can expire and be erased again" : "Neither expires nor can be erased"}
                </Text>
              </Menu.Item>
              <Menu.Divider />
              <Menu.Item
                leftSection={<IconEraser size={16} />}
                color="var(--td-error)"
                disabled={session.held}
                onClick={() => setAsks(true)}
                data-testid="session-erase"
              >
                Erase…
              </Menu.Item>
            </>
          )}
          {mark.error && (
            <Text size="xs" c="var(--td-error)" px="sm" py={4} role="alert">
              {mark.error.message}
            </Text>
          )}
        </Menu.Dropdown>
      </Menu>
      {shares && (
        <ShareDialog
          project={project}
          session={session.id}
          positionMs={player?.positionMs ?? 0}
          onClose={() => setShares(false)}
        />
      )}
      {saves && <SaveDialog project={project} session={session.id} onClose={() => setSaves(false)} />}
      {asks && (
        <ConfirmDialog
          title="Erase this session?"
          confirm="Erase for good"
          asksReason
          action={(reason) => admin.eraseSession(project, session.id, reason)}
          onDone={(erasure) => {
            void refresh("sessions", "erasures", "storage");
            void navigate(`/p/${encodeURIComponent(project)}/admin/erasures/${erasure.id}`);
          }}
          onClose={() => setAsks(false)}
        >
          <Text size="sm">
            It is gone from the list at once, and from storage within minutes. This can’t be undone. If it is
            still being recorded, its recorder is told to stop.
          </Text>
        </ConfirmDialog>
      )}
    </>
  );
}
