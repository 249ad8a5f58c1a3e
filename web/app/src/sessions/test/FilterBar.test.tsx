// @vitest-environment jsdom
import { act } from "react";
import { expect, test, vi } from "vitest";
import { byTestId, click, draw, drawsInJsdom, fire, type } from "../../test/rendering";
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

test("a tag filters once it has a name and a colon", async () => {
  const committed: Filters[] = [];
  await draw(<FilterBar filters={NO_FILTERS} onChange={(changed) => committed.push(changed)} />);
  await click(byTestId("more-filters"));
  const tag = byTestId<HTMLInputElement>("filter-tag");
  const enter = new KeyboardEvent("keydown", { key: "Enter", bubbles: true });
  await type(tag, "plan");
  await fire(tag, enter);
  expect(committed).toEqual([]);
  await type(tag, "plan:pro");
  await fire(tag, enter);
  expect(committed.map((filters) => filters.tag)).toEqual(["plan:pro"]);
});

test("filters behind the button are named beside it, and a click takes them out", async () => {
  const committed: Filters[] = [];
  const set = {
    ...NO_FILTERS,
    tag: "plan:pro",
    event: "signed up",
    browser: "chr",
    device: "mobile",
    rage: true,
  };
  await draw(<FilterBar filters={set} onChange={(changed) => committed.push(changed)} />);
  const pills = [...document.querySelectorAll<HTMLElement>("[data-testid=filter-pill]")];
  expect(pills.map((pill) => pill.textContent)).toEqual([
    "Remove the filter Tag plan:pro",
    "Remove the filter Event signed up",
    "Remove the filter Browser chr",
    "Remove the filter Mobile",
  ]);
  await click(pills[1]!);
  expect(committed).toEqual([{ ...set, event: "" }]);
});
