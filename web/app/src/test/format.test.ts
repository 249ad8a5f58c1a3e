import { describe, expect, test } from "vitest";
import { formatAbsolute, formatAbsoluteShort, formatTimeOfDay, zoneName } from "../format";

/** At noon, wherever this runs. */
const JUNE_2026 = new Date(2026, 5, 15, 12).getTime();
const JUNE_2025 = new Date(2025, 5, 15, 12).getTime();

describe("an instant", () => {
  test("is told with its time zone", () => {
    const zone = new Intl.DateTimeFormat("en", { timeZoneName: "short" })
      .formatToParts(JUNE_2026)
      .find(({ type }) => type === "timeZoneName")!.value;
    expect(formatAbsolute(JUNE_2026)).toMatch(/^Jun 15, 2026, \d\d:00:00 /);
    expect(formatAbsolute(JUNE_2026).endsWith(` ${zone}`)).toBe(true);
  });

  test("is told in UTC where that is wanted", () => {
    const at = Date.UTC(2026, 5, 15, 0, 5, 9);
    expect(formatAbsolute(at, "utc")).toBe("Jun 15, 2026, 00:05:09 UTC");
    expect(formatTimeOfDay(at, "utc")).toBe("00:05:09");
    expect(zoneName(at, "utc")).toBe("UTC");
    expect(formatTimeOfDay(JUNE_2026, "local")).toBe("12:00:00");
  });

  test("has a year in lists only if that is not this one", () => {
    expect(formatAbsoluteShort(JUNE_2026, JUNE_2026)).toMatch(/^Jun 15, \d\d:00$/);
    expect(formatAbsoluteShort(JUNE_2025, JUNE_2026)).toMatch(/^Jun 15, 2025, \d\d:00$/);
  });
});
