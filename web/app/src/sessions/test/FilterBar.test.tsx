// @vitest-environment jsdom
import { act } from "react";
import { expect, test, vi } from "vitest";
import { byTestId, draw, drawsInJsdom, type } from "../../test/rendering";
import { FilterBar } from "../FilterBar";
import { type Filters, NO_FILTERS } from "../filters";

drawsInJsdom();

const field = () => byTestId<HTMLInputElement>("filter-q");

test("what is typed while a filter takes hold stays", async () => {
  const committed: Filters[] = [];
  const bar = (filters: Filters) => (
    <FilterBar filters={filters} onChange={(changed) => committed.push(changed)} />
  );
  await draw(bar(NO_FILTERS));
  await type(field(), "che");
  await act(() => vi.waitUntil(() => committed.length === 1));
  await type(field(), "chec");
  await draw(bar(committed[0]!));
  expect(field().value).toBe("chec");
  await act(() => vi.waitUntil(() => committed.length === 2));
  expect(committed[1]!.q).toBe("chec");

  await draw(bar(committed[1]!));
  await draw(bar(NO_FILTERS));
  expect(field().value).toBe("");
});
