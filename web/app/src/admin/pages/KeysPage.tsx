import { Button, Group, Stack, Text, TextInput, Textarea } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { admin } from "../../api/admin";
import { refresh, useProject } from "../../api/adminQueries";
import type { ProjectDetails } from "../../api/adminTypes";
import { queryClient, useKeys } from "../../api/queries";
import type { ProjectKey } from "../../api/types";
import { formatAbsolute } from "../../format";
import { ErrorNotice } from "../../shell/ErrorNotice";
import { Snippet } from "../../shell/Snippet";
import { ConfirmDialog } from "../ConfirmDialog";
import { Answered, Empty, Headline, Section } from "../Section";
import classes from "../admin.module.css";
import { keyProblem, parseOrigins } from "../model/projects";
import { useDraft } from "../useDraft";

/** Who may record: with which key, from where. */
export function KeysPage({ project }: { project: string }) {
  const keys = useKeys(project, true);
  const details = useProject(project);
  return (
    <>
      <Headline title="Keys and origins">
        A write key lets pages record into this project, and nothing else. It is public: anyone can read it in
        the page’s source.
      </Headline>
      <Section title="Write keys" testId="keys">
        <Stack gap="md">
          <Answered query={keys}>
            {({ keys: list }) => (
              <>
                {list.length === 0 && <Empty>No keys: nothing can be recorded.</Empty>}
                {list.map((key) => (
                  <Key key={key.key} project={project} writeKey={key} />
                ))}
                <NewKey project={project} />
              </>
            )}
          </Answered>
        </Stack>
      </Section>
      <Answered query={details}>{(found) => <Origins details={found} />}</Answered>
    </>
  );
}

function Key({ project, writeKey }: { project: string; writeKey: ProjectKey }) {
  const { key, createdAt, snippet } = writeKey;
  const [shows, setShows] = useState(false);
  const [asks, setAsks] = useState(false);
  return (
    <div data-testid="key" data-key={key}>
      <Group justify="space-between" gap="xs">
        <div style={{ minWidth: 0 }}>
          <div className="mono" style={{ overflowWrap: "anywhere" }}>
            {key}
          </div>
          <div className={classes["minor"]}>Made {formatAbsolute(createdAt)}</div>
        </div>
        <Group gap="xs">
          <Button
            size="xs"
            variant="default"
            aria-expanded={shows}
            onClick={() => setShows(!shows)}
            data-testid="key-snippet"
          >
            {shows ? "Hide the snippet" : "Show the snippet"}
          </Button>
          <Button
            size="xs"
            color="red.9"
            variant="outline"
            onClick={() => setAsks(true)}
            data-testid="key-revoke"
          >
            Revoke…
          </Button>
        </Group>
      </Group>
      {shows && (
        <Stack gap={6} mt="xs">
          <Text size="sm">Paste this into the pages to record, before the end of the head:</Text>
          <Snippet text={snippet} />
        </Stack>
      )}
      {asks && (
        <ConfirmDialog
          title="Revoke this key?"
          confirm="Revoke for good"
          action={() => admin.revokeKey(project, key)}
          onDone={() => {
            setAsks(false);
            void refresh("keys");
          }}
          onClose={() => setAsks(false)}
        >
          <Text size="sm">
            Pages that use <span className="mono">{key}</span> stop recording within seconds. The key can’t be
            made again.
          </Text>
        </ConfirmDialog>
      )}
    </div>
  );
}

function NewKey({ project }: { project: string }) {
  const [key, setKey] = useState("");
  const create = useMutation({
    mutationFn: () => admin.createKey(project, key.trim() || null),
    onSuccess: () => {
      setKey("");
      return refresh("keys");
    },
  });
  const problem = keyProblem(key.trim());
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (problem === null) create.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm" maw={460}>
        <TextInput
          label="New key"
          description="Leave it empty to generate one, or enter a key that another SDK already uses."
          placeholder="pk_…"
          autoComplete="off"
          value={key}
          error={problem}
          onChange={(event) => setKey(event.currentTarget.value)}
          data-testid="key-text"
        />
        {create.error && <ErrorNotice error={create.error} />}
        <Group>
          <Button type="submit" loading={create.isPending} data-testid="key-create">
            {key.trim() === "" ? "Create key" : "Use this key"}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Origins({ details }: { details: ProjectDetails }) {
  const { draft, form, edit, settle } = useDraft({ text: details.origins.join("\n") });
  const { wrong } = parseOrigins(form.text);
  const save = useMutation({
    mutationFn: ({ text }: { text?: string }) =>
      admin.changeProject(details.slug, text === undefined ? {} : { origins: parseOrigins(text).origins }),
    onSuccess: async (changed, sent) => {
      queryClient.setQueryData(["project", details.slug], changed);
      await refresh();
      settle(sent);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (wrong.length === 0) save.mutate(draft);
  };
  return (
    <Section
      title="Origins"
      about="The origins whose pages may record. If the list is empty, any page with a key may."
      testId="origins"
    >
      <form onSubmit={submit}>
        <Stack gap="sm" maw={460}>
          <Textarea
            label="Allowed origins, one per line"
            placeholder="https://shop.example"
            autosize
            minRows={2}
            maxRows={10}
            value={form.text}
            error={wrong.length > 0 && `Not an origin: ${wrong.join(", ")}`}
            onChange={(event) => {
              save.reset();
              edit({ text: event.currentTarget.value });
            }}
            data-testid="origins-text"
          />
          {save.error && <ErrorNotice error={save.error} />}
          <Group>
            <Button
              type="submit"
              disabled={wrong.length > 0}
              loading={save.isPending}
              data-testid="origins-save"
            >
              Save
            </Button>
            <Text size="sm" c="dimmed" role="status">
              {save.isSuccess ? "Saved" : ""}
            </Text>
          </Group>
        </Stack>
      </form>
    </Section>
  );
}
