import { describe, expect, test } from "vitest";
import { type Filters, NO_FILTERS, countFilters, parseFilters, toApiQuery, writeFilters } from "../filters";

const NOW = 1_700_000_000_123;

describe("filters in the address", () => {
  test("come back as they were written", () => {
    const filters: Filters = {
      user: "ada & co",
      url: "/cart?x=1",
      q: "ünïcode",
      browser: "Chrome",
      os: "Linux",
      device: "tablet",
      tag: "plan:a:b",
      event: "checkout started",
      hasErrors: true,
      rage: true,
      minSeconds: 30,
      range: "custom",
      from: 1_000,
      to: 2_000,
      sort: "-errors",
    };
    expect(parseFilters(new URLSearchParams(writeFilters(filters).toString()))).toEqual(filters);
  });

  test("leave out what is not set", () => {
    expect(writeFilters(NO_FILTERS).toString()).toBe("");
    expect(parseFilters(new URLSearchParams())).toEqual(NO_FILTERS);
  });

  test("are not taken at their word", () => {
    const filters = parseFilters(
      new URLSearchParams("min=x&range=9y&sort=password&from=-1&device=car&tag=:pro"),
    );
    expect(filters).toEqual(NO_FILTERS);
  });

  test("are counted without the order", () => {
    expect(countFilters({ ...NO_FILTERS, sort: "-errors" })).toBe(0);
    expect(countFilters({ ...NO_FILTERS, user: "a", range: "custom", from: 1, to: 2 })).toBe(2);
  });
});

describe("filters for the API", () => {
  test("use its names and units", () => {
    const query = toApiQuery({ ...NO_FILTERS, user: " ada ", hasErrors: true, minSeconds: 5 }, NOW, 50, "c1");
    expect(Object.fromEntries(query)).toEqual({
      user: "ada",
      hasErrors: "true",
      minDurationMs: "5000",
      sort: "-startedAt",
      limit: "50",
      cursor: "c1",
    });
  });

  test("say what a session must be of", () => {
    const filters = { ...NO_FILTERS, device: "mobile", tag: "plan:pro ", event: "signed up" };
    const query = Object.fromEntries(toApiQuery(filters, NOW, 50, null));
    expect(query).toMatchObject({ device: "mobile", tag: "plan:pro", event: "signed up" });
  });

  test("count a range back from now, the same for a minute", () => {
    const from = (now: number) => toApiQuery({ ...NO_FILTERS, range: "1h" }, now, 50, null).get("from");
    const minute = Math.floor(NOW / 60_000) * 60_000;
    expect(from(minute)).toBe(String(minute - 3_600_000));
    expect(from(minute + 59_999)).toBe(from(minute));
  });
});
