import { describe, expect, test } from "vitest";
import type { Retention } from "../../../api/adminTypes";
import {
  type RetentionDraft,
  describePreview,
  formatKeep,
  isRetention,
  moveUp,
  newRule,
  sameRetention,
  toDraft,
  toHours,
  toRetention,
} from "../retention";

const POLICY: Retention = {
  keepHours: 720,
  rules: [
    { kind: "tag", name: "plan", value: "pro", keepHours: 8_760 },
    { kind: "errors", name: null, value: null, keepHours: 36 },
    { kind: "url", name: null, value: "/checkout", keepHours: 24 },
  ],
};

function draft(change: Partial<RetentionDraft>): RetentionDraft {
  return { amount: 30, unit: "days", rules: [], ...change };
}

describe("a policy in a form", () => {
  test("comes out as it went in", () => {
    expect(toRetention(toDraft(POLICY))).toEqual(POLICY);
  });

  test("is told in days where it is whole days", () => {
    const { amount, unit, rules } = toDraft(POLICY);

    expect({ amount, unit }).toEqual({ amount: 30, unit: "days" });
    expect(rules[1]).toMatchObject({ amount: 36, unit: "hours" });
  });

  test.each([
    [{ amount: 0, unit: "days" }, null],
    [{ amount: 1, unit: "hours" }, 1],
    [{ amount: 1.5, unit: "days" }, null],
    [{ amount: "", unit: "days" }, null],
    [{ amount: 876_600, unit: "hours" }, 876_600],
    [{ amount: 36_526, unit: "days" }, null],
  ] as const)("%o is %o hours", (duration, hours) => {
    expect(toHours(duration)).toBe(hours);
  });

  test("names what is wrong, by field", () => {
    const rules = [
      { ...newRule(draft({})), id: 7, kind: "tag" as const, name: " " },
      { ...newRule(draft({})), id: 8, kind: "url" as const, amount: "" },
      { ...newRule(draft({})), id: 9, kind: "errors" as const },
    ];

    const result = toRetention(draft({ amount: "", rules }));

    if (isRetention(result)) throw new Error("must not be a policy");
    expect(result.keep).toBeDefined();
    expect([...result.rules.keys()]).toEqual([7, 8]);
    expect(Object.keys(result.rules.get(7)!)).toEqual(["name"]);
    expect(Object.keys(result.rules.get(8)!)).toEqual(["keep", "value"]);
  });

  test("leaves out what a rule's kind does not have", () => {
    const rule = { ...newRule(draft({})), kind: "errors" as const, name: "left over", value: "too" };

    expect(toRetention(draft({ rules: [rule] }))).toMatchObject({
      rules: [{ kind: "errors", name: null, value: null, keepHours: 720 }],
    });
  });

  test("takes an empty value of a tag for any", () => {
    const rule = { ...newRule(draft({})), name: "plan" };

    expect(toRetention(draft({ rules: [rule] }))).toMatchObject({ rules: [{ name: "plan", value: null }] });
  });

  test("is the same only with the same rules in the same order", () => {
    const reversed = { ...POLICY, rules: [...POLICY.rules].reverse() };

    expect(sameRetention(POLICY, toRetention(toDraft(POLICY)) as Retention)).toBe(true);
    expect(sameRetention(POLICY, reversed)).toBe(false);
    expect(sameRetention(POLICY, { ...POLICY, keepHours: 1 })).toBe(false);
  });
});

test("a rule moves up by one, the first stays", () => {
  const rules = toDraft(POLICY).rules;

  expect(moveUp(rules, 3).map(({ id }) => id)).toEqual([1, 3, 2]);
  expect(moveUp(rules, 1).map(({ id }) => id)).toEqual([1, 2, 3]);
});

test("a new rule has an id of its own", () => {
  expect(newRule(toDraft(POLICY)).id).toBe(4);
  expect(newRule(draft({})).id).toBe(1);
});

test("a preview is told in numbers", () => {
  expect(describePreview({ sessions: 312, bytes: 1_200_000_000, sessionsKept: 1, bytesKept: 5_400 })).toBe(
    "312 sessions, 1.2 GB, would be deleted now; 1 session, 5.4 kB, would stay.",
  );
  expect(describePreview({ sessions: 0, bytes: 0, sessionsKept: 2, bytesKept: 10 })).toBe(
    "Nothing would be deleted now; 2 sessions, 10 B, would stay.",
  );
});

test.each([
  [1, "1 hour"],
  [24, "1 day"],
  [36, "36 hours"],
  [720, "30 days"],
  [8_760, "365 days"],
])("%i hours are %s", (hours, text) => {
  expect(formatKeep(hours)).toBe(text);
});
