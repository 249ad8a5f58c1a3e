import { expect, test } from "vitest";
import { describeKeeping } from "../keeping";

test("a hold is told before a pin, and a pin before the date", () => {
  expect(describeKeeping({ held: true, pinned: true, expiresAt: 1 })).toBe("Kept: under legal hold");
  expect(describeKeeping({ held: false, pinned: true, expiresAt: 1 })).toBe("Kept: pinned");
  expect(
    describeKeeping({ held: false, pinned: false, expiresAt: new Date(2026, 11, 21, 12).getTime() }),
  ).toContain("Kept until Dec 21, 2026");
  expect(describeKeeping({ held: false, pinned: false, expiresAt: null })).toBe("Kept: no expiry is known");
});
