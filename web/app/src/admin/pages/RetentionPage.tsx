import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { IconClock, IconPlus } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { admin } from "../../api/admin";
import { refresh, useProject } from "../../api/adminQueries";
import type { Retention } from "../../api/adminTypes";
import { ErrorNotice } from "../../shell/ErrorNotice";
import { Duration, RuleRow } from "../RuleRow";
import { Answered, Empty, Headline, Section } from "../Section";
import {
  RULES_MAX,
  type RetentionDraft,
  countSessions,
  describePreview,
  isRetention,
  moveUp,
  newRule,
  sameRetention,
  toDraft,
  toRetention,
} from "../model/retention";

/** How long sessions are kept. */
export function RetentionPage({ project }: { project: string }) {
  const details = useProject(project);
  return (
    <>
      <Headline title="Retention">
        How long sessions are kept, counted from when the first of one was received. A change also holds for
        what is stored already. Pinned and held sessions always stay.
      </Headline>
      <Answered query={details}>
        {({ retention }) => (
          <RetentionForm key={JSON.stringify(retention)} project={project} retention={retention} />
        )}
      </Answered>
    </>
  );
}

function RetentionForm({ project, retention }: { project: string; retention: Retention }) {
  const [draft, setDraft] = useState(() => toDraft(retention));
  const result = toRetention(draft);
  const policy = isRetention(result) ? result : null;
  const problems = isRetention(result) ? null : result;
  const change = (changed: Partial<RetentionDraft>) => setDraft({ ...draft, ...changed });
  const changed = policy !== null && !sameRetention(policy, retention);
  return (
    <>
      <Section title="All sessions">
        <div style={{ maxWidth: 260 }}>
          <Duration
            label="Keep sessions for"
            value={draft}
            error={problems?.keep}
            onChange={change}
            testId="keep"
          />
        </div>
      </Section>
      <Section
        title="Rules"
        about="The first rule that matches a session applies; otherwise the setting above."
      >
        {draft.rules.length === 0 && <Empty>No rules.</Empty>}
        {draft.rules.map((rule, index) => (
          <RuleRow
            key={rule.id}
            rule={rule}
            position={index + 1}
            problems={problems?.rules.get(rule.id)}
            onChange={(next) =>
              change({ rules: draft.rules.map((other) => (other.id === rule.id ? next : other)) })
            }
            onMoveUp={index === 0 ? null : () => change({ rules: moveUp(draft.rules, rule.id) })}
            onRemove={() => change({ rules: draft.rules.filter((other) => other.id !== rule.id) })}
          />
        ))}
        <Button
          size="xs"
          variant="default"
          mt="xs"
          leftSection={<IconPlus size={14} aria-hidden />}
          disabled={draft.rules.length >= RULES_MAX}
          onClick={() => change({ rules: [...draft.rules, newRule(draft)] })}
          data-testid="rule-add"
        >
          Add a rule
        </Button>
      </Section>
      {changed && (
        <Review
          key={JSON.stringify(policy)}
          project={project}
          stored={retention}
          policy={policy}
          onDiscard={() => setDraft(toDraft(retention))}
        />
      )}
    </>
  );
}

interface ReviewProps {
  project: string;
  /** What the change was made of. */
  stored: Retention;
  policy: Retention;
  onDiscard: () => void;
}

/** A change is saved only after it was seen what it does. */
function Review({ project, stored, policy, onDiscard }: ReviewProps) {
  const preview = useMutation({
    mutationFn: async () => {
      await requireStored(project, stored);
      return admin.previewRetention(project, policy);
    },
  });
  const save = useMutation({
    mutationFn: async () => {
      await requireStored(project, stored);
      return admin.setRetention(project, policy);
    },
    onSuccess: () => refresh("project", "storage"),
  });
  const goes = preview.data?.sessions ?? 0;
  return (
    <Section title="Your change" testId="retention-change">
      <Stack gap="sm" align="flex-start">
        {preview.data ? (
          <Alert
            variant="outline"
            color={goes > 0 ? "red" : "cyan"}
            icon={<IconClock size={18} aria-hidden />}
            role="status"
            data-testid="retention-preview"
          >
            <Text size="sm">{describePreview(preview.data)}</Text>
          </Alert>
        ) : (
          <Text size="sm">Not saved yet. Preview first what it would delete.</Text>
        )}
        {(preview.error ?? save.error) && <ErrorNotice error={(preview.error ?? save.error)!} />}
        <Group gap="xs">
          {preview.data ? (
            <Button
              color={goes > 0 ? "red.9" : "cyan"}
              loading={save.isPending}
              onClick={() => save.mutate()}
              data-testid="retention-save"
            >
              {goes > 0 ? `Save and delete ${countSessions(goes)}` : "Save"}
            </Button>
          ) : (
            <Button
              loading={preview.isPending}
              onClick={() => preview.mutate()}
              data-testid="retention-preview-button"
            >
              Preview
            </Button>
          )}
          <Button variant="default" onClick={onDiscard}>
            Discard
          </Button>
        </Group>
      </Stack>
    </Section>
  );
}

/** A policy is saved as a whole: a rule that somebody has added meanwhile would go with it, and then what it keeps. */
async function requireStored(project: string, stored: Retention): Promise<void> {
  const { retention } = await admin.project(project);
  if (!sameRetention(retention, stored)) {
    throw new Error("Somebody else has changed the policy in the meantime. Load the page again to see it.");
  }
}
