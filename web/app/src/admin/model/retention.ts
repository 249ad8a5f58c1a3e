import type { Retention, RetentionPreview, RetentionRule, RuleKind } from "../../api/adminTypes";
import { formatBytes, formatCount } from "../../format";

const HOURS_MAX = 876_600;
const HOURS_PER_DAY = 24;
const TEXT_LENGTH_MAX = 500;
export const RULES_MAX = 50;

export type Unit = "hours" | "days";

/** A length of time as it stands in a form; the amount is text while somebody types it. */
export interface DurationDraft {
  amount: number | string;
  unit: Unit;
}

/** A rule as it stands in a form. */
export interface RuleDraft extends DurationDraft {
  /** Tells rules apart while they are moved. */
  id: number;
  kind: RuleKind;
  name: string;
  value: string;
}

export interface RetentionDraft extends DurationDraft {
  rules: RuleDraft[];
}

/** What is wrong with a draft, by field; of a rule, by its id. */
export interface RetentionProblems {
  keep?: string;
  rules: Map<number, { name?: string; value?: string; keep?: string }>;
}

export function needsName(kind: RuleKind): boolean {
  return kind === "tag" || kind === "trait";
}

export function hasValue(kind: RuleKind): boolean {
  return kind !== "errors";
}

/** Whole days are told in days. */
export function toDuration(hours: number): DurationDraft {
  return hours % HOURS_PER_DAY === 0
    ? { amount: hours / HOURS_PER_DAY, unit: "days" }
    : { amount: hours, unit: "hours" };
}

/** Null if it is no length of time that sessions can be kept for. */
export function toHours({ amount, unit }: DurationDraft): number | null {
  if (typeof amount !== "number" || !Number.isInteger(amount)) return null;
  const hours = unit === "days" ? amount * HOURS_PER_DAY : amount;
  return hours >= 1 && hours <= HOURS_MAX ? hours : null;
}

export function toDraft({ keepHours, rules }: Retention): RetentionDraft {
  return {
    ...toDuration(keepHours),
    rules: rules.map((rule, index) => ({
      id: index + 1,
      kind: rule.kind,
      name: rule.name ?? "",
      value: rule.value ?? "",
      ...toDuration(rule.keepHours),
    })),
  };
}

export function newRule(draft: RetentionDraft): RuleDraft {
  const id = Math.max(0, ...draft.rules.map((rule) => rule.id)) + 1;
  return { id, kind: "tag", name: "", value: "", amount: draft.amount, unit: draft.unit };
}

/** The rule one place earlier, or as it was if it is the first. */
export function moveUp(rules: readonly RuleDraft[], id: number): RuleDraft[] {
  const at = rules.findIndex((rule) => rule.id === id);
  const moved = [...rules];
  if (at > 0) moved.splice(at - 1, 2, rules[at]!, rules[at - 1]!);
  return moved;
}

/** The policy that a draft stands for, or what is wrong with it. */
export function toRetention(draft: RetentionDraft): Retention | RetentionProblems {
  const problems: RetentionProblems = { rules: new Map() };
  const keepHours = toHours(draft);
  if (keepHours === null) problems.keep = durationProblem(draft.unit);
  const rules = draft.rules.map((rule) => toRule(rule, problems));
  return keepHours === null || problems.rules.size > 0 ? problems : { keepHours, rules };
}

export function isRetention(result: Retention | RetentionProblems): result is Retention {
  return "keepHours" in result;
}

function toRule(draft: RuleDraft, problems: RetentionProblems): RetentionRule {
  const keepHours = toHours(draft);
  const name = needsName(draft.kind) ? draft.name.trim() : "";
  const value = hasValue(draft.kind) ? draft.value.trim() : "";
  const wrong: { name?: string; value?: string; keep?: string } = {};
  if (keepHours === null) wrong.keep = durationProblem(draft.unit);
  if (needsName(draft.kind) && name === "") wrong.name = "A name is needed";
  if (draft.kind === "url" && value === "") wrong.value = "A part of the address is needed";
  if (name.length > TEXT_LENGTH_MAX) wrong.name = "Too long";
  if (value.length > TEXT_LENGTH_MAX) wrong.value = "Too long";
  if (Object.keys(wrong).length > 0) problems.rules.set(draft.id, wrong);
  return { kind: draft.kind, name: name || null, value: value || null, keepHours: keepHours ?? 0 };
}

function durationProblem(unit: Unit): string {
  return unit === "days" ? "1 to 36,525 days" : "1 to 876,600 hours";
}

export function sameRetention(a: Retention, b: Retention): boolean {
  return JSON.stringify(normal(a)) === JSON.stringify(normal(b));
}

function normal({ keepHours, rules }: Retention): unknown[] {
  return [keepHours, rules.map(({ kind, name, value, keepHours: hours }) => [kind, name, value, hours])];
}

/** 30 days, 1 hour, 36 hours. */
export function formatKeep(hours: number): string {
  const { amount, unit } = toDuration(hours);
  return `${formatCount(Number(amount))} ${amount === 1 ? unit.slice(0, -1) : unit}`;
}

/** What saving would do, in a sentence. */
export function describePreview({ sessions, bytes, sessionsKept, bytesKept }: RetentionPreview): string {
  const stay = `${countSessions(sessionsKept)}, ${formatBytes(bytesKept)}, would stay.`;
  return sessions === 0
    ? `Nothing would be deleted now; ${stay}`
    : `${countSessions(sessions)}, ${formatBytes(bytes)}, would be deleted now; ${stay}`;
}

export function countSessions(count: number): string {
  return `${formatCount(count)} ${count === 1 ? "session" : "sessions"}`;
}
