import { ActionIcon, NumberInput, Select, TextInput, Tooltip } from "@mantine/core";
import { IconArrowUp, IconTrash } from "@tabler/icons-react";
import type { RuleKind } from "../api/adminTypes";
import classes from "./admin.module.css";
import { type DurationDraft, type RuleDraft, type Unit, hasValue, needsName } from "./model/retention";

const KINDS: { value: RuleKind; label: string }[] = [
  { value: "tag", label: "has the tag" },
  { value: "trait", label: "user’s trait" },
  { value: "errors", label: "has errors" },
  { value: "url", label: "visited" },
];

const UNITS: { value: Unit; label: string }[] = [
  { value: "hours", label: "hours" },
  { value: "days", label: "days" },
];

interface DurationProps {
  label: string;
  value: DurationDraft;
  error?: string | undefined;
  onChange: (value: DurationDraft) => void;
  testId?: string;
}

/** A length of time: a number, and whether it is hours or days. */
export function Duration({ label, value: { amount, unit }, error, onChange, testId }: DurationProps) {
  return (
    <div className={classes["duration"]}>
      <NumberInput
        label={label}
        min={1}
        allowDecimal={false}
        allowNegative={false}
        value={amount}
        error={error}
        onChange={(next) => onChange({ amount: next, unit })}
        data-testid={testId && `${testId}-amount`}
      />
      <Select
        label={<span className="visually-hidden">{`${label}: unit`}</span>}
        data={UNITS}
        allowDeselect={false}
        value={unit}
        onChange={(next) => next && onChange({ amount, unit: next })}
        data-testid={testId && `${testId}-unit`}
      />
    </div>
  );
}

interface RuleRowProps {
  rule: RuleDraft;
  /** From 1. */
  position: number;
  problems: { name?: string; value?: string; keep?: string } | undefined;
  onChange: (rule: RuleDraft) => void;
  /** Null for the first one. */
  onMoveUp: (() => void) | null;
  onRemove: () => void;
}

/** One rule: if a session is so, keep it so long. */
export function RuleRow({ rule, position, problems, onChange, onMoveUp, onRemove }: RuleRowProps) {
  const { kind } = rule;
  return (
    <div className={classes["rule"]} role="group" aria-label={`Rule ${position}`} data-testid="rule">
      <Select
        label="If the session"
        data={KINDS}
        allowDeselect={false}
        value={kind}
        onChange={(next) => next && onChange({ ...rule, kind: next })}
        data-testid="rule-kind"
      />
      {needsName(kind) && (
        <TextInput
          label="Name"
          value={rule.name}
          error={problems?.name}
          onChange={(event) => onChange({ ...rule, name: event.currentTarget.value })}
          data-testid="rule-name"
        />
      )}
      {hasValue(kind) && (
        <TextInput
          className={needsName(kind) ? undefined : classes["wide"]}
          label={kind === "url" ? "An address that contains" : "Value"}
          placeholder={kind === "url" ? "/checkout" : "any"}
          value={rule.value}
          error={problems?.value}
          onChange={(event) => onChange({ ...rule, value: event.currentTarget.value })}
          data-testid="rule-value"
        />
      )}
      {kind === "errors" && <div className={classes["wide"]} />}
      <Duration
        label="Keep for"
        value={rule}
        error={problems?.keep}
        onChange={({ amount, unit }) => onChange({ ...rule, amount, unit })}
        testId="rule-keep"
      />
      <div className={classes["ruleButtons"]}>
        <Tooltip label="Earlier">
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            disabled={onMoveUp === null}
            onClick={() => onMoveUp?.()}
            aria-label={`Move rule ${position} up`}
          >
            <IconArrowUp size={16} />
          </ActionIcon>
        </Tooltip>
        <Tooltip label="Remove">
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            onClick={onRemove}
            aria-label={`Remove rule ${position}`}
          >
            <IconTrash size={16} />
          </ActionIcon>
        </Tooltip>
      </div>
    </div>
  );
}
