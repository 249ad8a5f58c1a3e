import { Anchor, Badge, Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { Link, useNavigate } from "react-router";
import { admin } from "../../api/admin";
import { refresh, useErasures } from "../../api/adminQueries";
import type { Erasure } from "../../api/adminTypes";
import { formatAbsolute, formatCount } from "../../format";
import { ConfirmDialog } from "../ConfirmDialog";
import { Answered, Empty, Headline, More, Section, Table } from "../Section";
import classes from "../admin.module.css";
import { describeSubject } from "../model/erasures";

/** What was erased of a project, or of all. */
export function ErasuresPage({ project }: { project?: string }) {
  const list = useErasures(project ?? null);
  return (
    <>
      <Headline title={project ? "Erasures" : "All erasures"}>
        What was erased is gone from lists and reads at once. The certificate comes when it is gone from the
        object store and from every journal, too.
      </Headline>
      {project && <EraseUser project={project} />}
      <Answered query={list}>
        {() => <ErasureTable erasures={list.erasures} showsProject={!project} />}
      </Answered>
      <More query={list} />
    </>
  );
}

function ErasureTable({ erasures, showsProject }: { erasures: Erasure[]; showsProject: boolean }) {
  if (erasures.length === 0) return <Empty>No erasures yet.</Empty>;
  return (
    <Table label="Erasures" testId="erasures">
      <thead>
        <tr>
          <th scope="col">What</th>
          {showsProject && <th scope="col">Project</th>}
          <th scope="col">Requested</th>
          <th scope="col" className={classes["number"]}>
            Sessions
          </th>
          <th scope="col">State</th>
        </tr>
      </thead>
      <tbody>
        {erasures.map((erasure) => (
          <tr key={erasure.id} data-testid="erasure-row">
            <td>
              <Anchor
                component={Link}
                to={`/p/${encodeURIComponent(erasure.project)}/admin/erasures/${erasure.id}`}
                size="sm"
                fw={600}
                c="inherit"
                underline="always"
              >
                {describeSubject(erasure)}
              </Anchor>
              {erasure.reason && <div className={classes["minor"]}>{erasure.reason}</div>}
            </td>
            {showsProject && <td className="mono">{erasure.project}</td>}
            <td>
              {formatAbsolute(erasure.requestedAt)}
              <div className={classes["minor"]}>by {erasure.requestedBy}</div>
            </td>
            <td className={classes["number"]}>{formatCount(erasure.sessions)}</td>
            <td className={classes["tight"]}>
              <StateBadge finalAt={erasure.finalAt} />
            </td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

export function StateBadge({ finalAt }: { finalAt: number | null }) {
  return finalAt === null ? (
    <Badge size="sm" variant="outline" color="gray" c="inherit" miw="max-content">
      Under way
    </Badge>
  ) : (
    <Badge size="sm" variant="filled" color="cyan.9" miw="max-content">
      Final
    </Badge>
  );
}

function EraseUser({ project }: { project: string }) {
  const navigate = useNavigate();
  const [user, setUser] = useState("");
  const [asks, setAsks] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (user.trim() !== "") setAsks(true);
  };
  return (
    <Section
      title="Erase a user"
      about="Every session that ever carried this user id, including those still being uploaded."
    >
      <form onSubmit={submit}>
        <Group align="flex-end" gap="xs">
          <TextInput
            label="User id"
            maxLength={200}
            w={320}
            autoComplete="off"
            value={user}
            onChange={(event) => setUser(event.currentTarget.value)}
            data-testid="erase-user-id"
          />
          <Button
            type="submit"
            color="red.9"
            variant="outline"
            disabled={user.trim() === ""}
            data-testid="erase-user"
          >
            Erase…
          </Button>
        </Group>
      </form>
      {asks && (
        <ConfirmDialog
          title="Erase this user’s sessions?"
          confirm="Erase for good"
          asksReason
          action={(reason) => admin.eraseUser(project, user.trim(), reason)}
          onDone={(erasure) => {
            void refresh("erasures", "sessions", "storage");
            void navigate(`/p/${encodeURIComponent(project)}/admin/erasures/${erasure.id}`);
          }}
          onClose={() => setAsks(false)}
        >
          <Stack gap={4}>
            <Text size="sm">
              All sessions of <strong>{user.trim()}</strong>. This can’t be undone. If one of them is under
              legal hold, nothing is erased.
            </Text>
          </Stack>
        </ConfirmDialog>
      )}
    </Section>
  );
}
