import { Button, Group, NumberInput, Select, Stack, Switch, Text, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useNavigate } from "react-router";
import { admin } from "../../api/admin";
import { refresh, useProject } from "../../api/adminQueries";
import type { Masking, OnLessMasking, ProjectDetails } from "../../api/adminTypes";
import { queryClient } from "../../api/queries";
import { ErrorNotice } from "../../shell/ErrorNotice";
import { CaptureForm } from "../CaptureForm";
import { ConfirmDialog } from "../ConfirmDialog";
import { Answered, Headline, Section } from "../Section";
import { type Settings, toProjectChange, toSettings, toShare } from "../model/projects";
import { useDraft } from "../useDraft";

const MASKING: { value: Masking; label: string }[] = [
  { value: "open", label: "Open: passwords and payment fields" },
  { value: "balanced", label: "Balanced: everything typed" },
  { value: "strict", label: "Strict: everything typed and all text" },
];

const ON_LESS: { value: OnLessMasking; label: string }[] = [
  { value: "reject", label: "Refuse the upload" },
  { value: "redact", label: "Redact it" },
];

/** What a project records, and its end. */
export function SettingsPage({ project }: { project: string }) {
  const details = useProject(project);
  return (
    <>
      <Headline title="Settings">
        Recording that is off, keys and origins hold within ten seconds; the rest from the next page that a
        visitor loads. Where uploads that hide less are refused, a stricter level ends recordings under way.
      </Headline>
      <Answered query={details}>
        {(found) => (
          <>
            <SettingsForm details={found} />
            <CaptureForm details={found} />
            <EraseProject details={found} />
          </>
        )}
      </Answered>
    </>
  );
}

function SettingsForm({ details }: { details: ProjectDetails }) {
  const { draft, form, edit, settle } = useDraft<Settings>(toSettings(details));
  const save = useMutation({
    mutationFn: (sent: Partial<Settings>) => admin.changeProject(details.slug, toProjectChange(sent)),
    onSuccess: async (changed, sent) => {
      queryClient.setQueryData(["project", details.slug], changed);
      await refresh("projects");
      settle(sent);
    },
  });
  const change = (settings: Partial<Settings>) => {
    save.reset();
    edit(settings);
  };
  const hasName = form.name.trim() !== "";
  const hasShare = toShare(form.percent) !== null;
  const isValid = hasName && hasShare;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isValid) save.mutate(draft);
  };
  return (
    <Section title="Recording">
      <form onSubmit={submit}>
        <Stack gap="md" maw={460}>
          <TextInput
            label="Name"
            maxLength={100}
            value={form.name}
            error={!hasName && "A name is needed"}
            onChange={(event) => change({ name: event.currentTarget.value })}
            data-testid="settings-name"
          />
          <Switch
            label="Record sessions"
            description="Off: uploads are refused and recorders stop. What is stored stays."
            checked={form.recording}
            onChange={(event) => change({ recording: event.currentTarget.checked })}
          />
          <NumberInput
            label="Share of sessions to record"
            suffix=" %"
            min={0}
            max={100}
            decimalScale={2}
            value={form.percent}
            error={!hasShare && "0 to 100"}
            onChange={(percent) => change({ percent })}
          />
          <Select
            label="Minimum masking level"
            data={MASKING}
            allowDeselect={false}
            value={form.masking}
            onChange={(masking) => masking && change({ masking })}
          />
          <Select
            label="Uploads that mask less"
            description="Other SDKs do not say what they hide: what they show is masked when it arrives."
            data={ON_LESS}
            allowDeselect={false}
            value={form.onLessMasking}
            onChange={(onLessMasking) => onLessMasking && change({ onLessMasking })}
          />
          {save.error && <ErrorNotice error={save.error} />}
          <Group>
            <Button type="submit" disabled={!isValid} loading={save.isPending} data-testid="settings-save">
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

function EraseProject({ details }: { details: ProjectDetails }) {
  const navigate = useNavigate();
  const [asks, setAsks] = useState(false);
  return (
    <Section
      title="Erase this project"
      about="Deletes all of its sessions for good; its keys stop working. The slug is never used again."
      danger
    >
      <Button color="red.9" variant="outline" onClick={() => setAsks(true)} data-testid="erase-project">
        Erase the project…
      </Button>
      {asks && (
        <ConfirmDialog
          title={`Erase ${details.name}?`}
          confirm="Erase for good"
          typed={details.slug}
          asksReason
          action={(reason) => admin.eraseProject(details.slug, reason)}
          onDone={(erasure) => {
            void refresh("projects");
            void navigate(`/p/${encodeURIComponent(details.slug)}/admin/erasures/${erasure.id}`);
          }}
          onClose={() => setAsks(false)}
        >
          <Text size="sm">
            This can’t be undone. Backups that were made before are out of its reach. If one of its sessions
            is under legal hold, nothing is erased.
          </Text>
        </ConfirmDialog>
      )}
    </Section>
  );
}
