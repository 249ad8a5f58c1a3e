import { expect, test } from "vitest";
import { describeSubject, steps } from "../erasures";

const NOW = 1_763_000_000_000;

test("a subject is told by its kind", () => {
  expect(describeSubject({ kind: "session", name: "s1" })).toBe("Session s1");
  expect(describeSubject({ kind: "user", name: "ada" })).toBe("User ada");
  expect(describeSubject({ kind: "user", name: null })).toBe("A user");
  expect(describeSubject({ kind: "project", name: null })).toBe("The whole project");
});

test("steps tell what is left of each, and nodes by name", () => {
  const nodes = [
    { id: "n1", erasuresPassed: 3, seenAt: NOW - 3_600_000 },
    { id: "n2", erasuresPassed: 0, seenAt: null },
  ];

  const left = steps({ sessions: 1, objects: 2_000, segments: 0, intents: 0, nodes }, NOW).map(
    (step) => step.left,
  );

  expect(left).toEqual([
    "1 session to go",
    null,
    null,
    "2,000 objects to go",
    "waiting for n1 (seen 1 hr. ago), n2 (never seen)",
  ]);
});

test("once it is final nothing is left", () => {
  expect(steps(null, NOW).every(({ left }) => left === null)).toBe(true);
});
