import { expect, test } from "vitest";
import { related, relatedQueries, sameInstant } from "../related";

const MINUTE = 60_000;
const NOON = Date.UTC(2026, 10, 22, 12);

function session(id: string, startedAt: number, minutes: number) {
  return {
    id,
    user: { id: "ada", traits: null },
    tags: {} as Record<string, string>,
    startedAt,
    lastEventAt: startedAt + minutes * MINUTE,
  };
}

test("others are those that overlap, or are at most half an hour before or after, each once", () => {
  const watched = session("watched", NOON, 10);
  const found = [
    session("after", NOON + 40 * MINUTE, 1),
    session("much later", NOON + 41 * MINUTE, 1),
    watched,
    session("around", NOON - 600 * MINUTE, 1_000),
    session("within", NOON + MINUTE, 1),
    session("before", NOON - 40 * MINUTE, 10),
    session("much earlier", NOON - 41 * MINUTE, 10),
    session("within", NOON + MINUTE, 1),
  ];
  expect(related(watched, found).map(({ id }) => id)).toEqual(["around", "before", "within", "after"]);
});

test("they are asked for by user and by browser, as far as these are known", () => {
  const watched = session("watched", NOON, 10);
  const tagged = { ...watched, tags: { visitor: "0123456789abcdef", plan: "pro" } };
  expect(relatedQueries({ ...watched, user: null })).toEqual([]);
  expect(relatedQueries(watched).map((query) => [query.get("user"), query.get("tag")])).toEqual([
    ["ada", null],
  ]);
  const queries = relatedQueries(tagged);
  expect(queries.map((query) => query.get("user") ?? query.get("tag"))).toEqual([
    "ada",
    "visitor:0123456789abcdef",
  ]);
  expect(Number(queries[0]!.get("from"))).toBeLessThan(NOON - 24 * 60 * MINUTE);
  expect(Number(queries[0]!.get("to"))).toBe(NOON + 40 * MINUTE);
});

test("another recording opens at the instant being watched, if it has it", () => {
  const other = session("other", NOON, 10);
  expect(sameInstant(other, NOON + 2 * MINUTE)).toBe(2 * MINUTE);
  expect(sameInstant(other, NOON - 1)).toBe(0);
  expect(sameInstant(other, NOON + 10 * MINUTE)).toBe(0);
});
