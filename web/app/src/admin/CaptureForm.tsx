import { Button, Fieldset, Group, NumberInput, Stack, Switch, Text, Textarea } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { admin } from "../api/admin";
import { refresh } from "../api/adminQueries";
import type { ProjectDetails } from "../api/adminTypes";
import { queryClient } from "../api/queries";
import { ErrorNotice } from "../shell/ErrorNotice";
import { Section } from "./Section";
import classes from "./admin.module.css";
import {
  type CaptureFields,
  type Flag,
  type List,
  linesOf,
  listProblem,
  patternProblem,
  selectorProblem,
  toCaptureChange,
  toDurationMs,
  toFields,
} from "./model/capture";
import { useDraft } from "./useDraft";

const FLAGS: { name: Flag; label: string; description?: string; needs?: Flag }[] = [
  { name: "console", label: "Console messages" },
  { name: "errors", label: "Errors that the page does not catch" },
  { name: "network", label: "Requests: address, method, status and times" },
  {
    name: "networkHeaders",
    label: "Headers of requests",
    description: "Only from SDKs that send them. Tapedeck’s own recorder does not.",
    needs: "network",
  },
  {
    name: "networkBodies",
    label: "Bodies of requests",
    description: "Only from SDKs that send them. They may hold anything, and nothing in them is masked.",
    needs: "network",
  },
];

interface ListField {
  name: List;
  label: string;
  description: string;
  placeholder: string;
}

const SELECTORS: ListField[] = [
  {
    name: "mask",
    label: "Mask",
    description: "Text and what is typed in these elements becomes stars.",
    placeholder: ".iban",
  },
  {
    name: "block",
    label: "Leave out",
    description: "Of these elements only the size is recorded.",
    placeholder: "#chat, video",
  },
  {
    name: "ignore",
    label: "Ignore input",
    description: "What is typed in these elements is not recorded, not even as stars.",
    placeholder: "[data-secret]",
  },
];

const PAGES: ListField[] = [
  {
    name: "include",
    label: "Record only these pages",
    description: "If the list is empty, all pages are recorded.",
    placeholder: "/checkout*",
  },
  {
    name: "exclude",
    label: "Never record these pages",
    description: "Takes precedence over the list above.",
    placeholder: "https://shop.example/staff/*",
  },
];

/** What recorders capture of a project's pages. */
export function CaptureForm({ details }: { details: ProjectDetails }) {
  const { draft, form, edit, settle } = useDraft<CaptureFields>(toFields(details.capture));
  const problem = (name: List) =>
    listProblem(linesOf(form[name]), name in details.capture.urls ? patternProblem : selectorProblem);
  const hasDuration = toDurationMs(form.seconds) !== null;
  const isValid = hasDuration && [...SELECTORS, ...PAGES].every(({ name }) => !problem(name));
  const save = useMutation({
    mutationFn: (sent: Partial<CaptureFields>) =>
      admin.changeProject(details.slug, { capture: toCaptureChange(sent) }),
    onSuccess: async (changed, sent) => {
      queryClient.setQueryData(["project", details.slug], changed);
      await refresh();
      settle(sent);
    },
  });
  const change = (fields: Partial<CaptureFields>) => {
    save.reset();
    edit(fields);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isValid) save.mutate(draft);
  };
  const list = ({ name, label, description, placeholder }: ListField) => (
    <Textarea
      key={name}
      label={label}
      description={description}
      placeholder={placeholder}
      autosize
      minRows={1}
      maxRows={8}
      spellCheck={false}
      classNames={{ input: classes["code"]! }}
      value={form[name]}
      error={problem(name)}
      onChange={(event) => change({ [name]: event.currentTarget.value })}
      data-testid={`capture-${name}`}
    />
  );
  return (
    <Section
      title="Capture"
      about="What is recorded, where, and of whom. Applies to Tapedeck’s recorder, and to other SDKs as far as they can be told."
      testId="capture"
    >
      <form onSubmit={submit}>
        <Stack gap="md" maw={560}>
          <Fieldset legend="Besides the page itself">
            <Stack gap="sm">
              {FLAGS.map(({ name, label, description, needs }) => (
                <Switch
                  key={name}
                  label={label}
                  description={description}
                  checked={form[name] && (!needs || form[needs])}
                  disabled={needs && !form[needs]}
                  onChange={(event) => change({ [name]: event.currentTarget.checked })}
                  data-testid={`capture-${name}`}
                />
              ))}
            </Stack>
          </Fieldset>
          <Fieldset legend="Elements to hide">
            <Stack gap="sm">
              <Text size="sm" c="dimmed">
                CSS selectors, one per line, beyond what the masking level hides.
              </Text>
              {SELECTORS.map(list)}
            </Stack>
          </Fieldset>
          <Fieldset legend="Pages">
            <Stack gap="sm">
              <Text size="sm" c="dimmed">
                Addresses, or paths that begin with /, one per line; * stands for anything. A query or
                fragment counts only where the line has a ? or a #.
              </Text>
              {PAGES.map(list)}
            </Stack>
          </Fieldset>
          <Fieldset legend="Sessions">
            <Stack gap="md">
              <NumberInput
                label="Shortest session to keep"
                description="Shorter ones never leave the visitor’s browser."
                suffix=" s"
                min={0}
                max={60}
                decimalScale={1}
                value={form.seconds}
                error={!hasDuration && "0 to 60 seconds"}
                onChange={(seconds) => change({ seconds })}
                data-testid="capture-minimum"
              />
              <Switch
                label="Only with the visitor’s consent"
                description="Recorders wait until the page calls tapedeck.consent(true)."
                checked={form.consent}
                onChange={(event) => change({ consent: event.currentTarget.checked })}
                data-testid="capture-consent"
              />
            </Stack>
          </Fieldset>
          {save.error && <ErrorNotice error={save.error} />}
          <Group>
            <Button type="submit" disabled={!isValid} loading={save.isPending} data-testid="capture-save">
              Save
            </Button>
            <Text size="sm" c="dimmed" role="status" data-testid="capture-status">
              {save.isSuccess ? "Saved" : ""}
            </Text>
          </Group>
        </Stack>
      </form>
    </Section>
  );
}
