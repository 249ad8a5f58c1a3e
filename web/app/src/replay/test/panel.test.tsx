// @vitest-environment jsdom
import { describe, expect, test } from "vitest";
import { ApiError } from "../../api/client";
import type { Marker } from "../../api/types";
import { ConsoleRow } from "../panel/ConsoleTab";
import { ActivityTab } from "../panel/ActivityTab";
import { ErrorsTab } from "../panel/ErrorsTab";
import type { MarkersQuery } from "../useReplay";
import { button, click, find, fire, marker, mount, playerAt } from "./mount";

const PENDING: MarkersQuery = { data: undefined, error: null, isPending: true };
const AWAY = new ApiError({ code: "UNREACHABLE", status: 0, detail: "The server can't be reached." });
const FAILED: MarkersQuery = { data: undefined, error: AWAY, isPending: false };

function answered(markers: Marker[], truncated = false): MarkersQuery {
  return { data: { rev: 1, markers, truncated }, error: null, isPending: false };
}

describe.each([
  ["Errors", ErrorsTab, "No errors."],
  ["Activity", ActivityTab, "Nothing of this kind happened."],
])("%s", (label, Tab, none) => {
  const says = () => document.body.textContent;

  test("says that nothing is there only when that is known", async () => {
    const show = await mount(<Tab player={playerAt()} query={PENDING} />);
    expect(says()).not.toContain(none);
    expect(document.querySelector(`[aria-label="Loading: ${label}"]`)).not.toBeNull();

    await show(<Tab player={playerAt()} query={FAILED} />);
    expect(says()).not.toContain(none);
    expect(says()).toContain(AWAY.message);

    await show(<Tab player={playerAt()} query={answered([])} />);
    expect(says()).toContain(none);
  });

  test("says of how many markers it knows where there are more, whatever the filter lets through", async () => {
    const some = [marker(1, "click"), marker(2, "console"), marker(3, "console")];
    const show = await mount(<Tab player={playerAt()} query={answered(some, true)} />);
    expect(says()).toContain("only the first 3");

    await show(<Tab player={playerAt()} query={answered(some)} />);
    expect(says()).not.toContain("only the first");
  });
});

describe("a row", () => {
  const long = "The tape has snapped. ".repeat(10);

  test("of a long error without a stack can be opened, of a short one not", async () => {
    const show = await mount(
      <ErrorsTab player={playerAt()} query={answered([marker(1, "error", { title: long })])} />,
    );
    expect(button("Show more")).toBeDefined();

    await show(<ErrorsTab player={playerAt()} query={answered([marker(1, "error", { title: "snap" })])} />);
    expect(button("Show more")).toBeUndefined();
  });

  test("stays open when its marker is fetched again", async () => {
    const rows = () => answered([marker(1, "error", { title: "a" }), marker(2, "error", { title: long })]);
    const show = await mount(<ErrorsTab player={playerAt()} query={rows()} />);
    await click(button("Show more"));
    expect(button("Show less")).toBeDefined();

    await show(<ErrorsTab player={playerAt()} query={rows()} />);
    expect(button("Show less")).toBeDefined();
  });

  test("of the console shows the whole text when it is opened", async () => {
    const said = marker(1, "console", { data: { args: [JSON.stringify("x".repeat(5_000))] } });
    const show = await mount(<ConsoleRow marker={said} expanded={false} />);
    expect(document.body.textContent).not.toContain("x".repeat(500));

    await show(<ConsoleRow marker={said} expanded />);
    expect(document.body.textContent).toContain("x".repeat(5_000));
  });
});

describe("a list stops following the play time", () => {
  const follow = () => button("Follow the play time");
  const scroller = () => find("errors").parentElement!;

  test.each<[string, () => [Element, Event]]>([
    [
      "by a key that scrolls",
      () => [scroller(), new KeyboardEvent("keydown", { key: "PageDown", bubbles: true })],
    ],
    ["by the scrollbar", () => [scroller(), new Event("pointerdown", { bubbles: true })]],
  ])("%s", async (_, what) => {
    await mount(<ErrorsTab player={playerAt()} query={answered([marker(1, "error", { title: "snap" })])} />);
    await fire(...what());
    expect(follow()).toBeDefined();
  });

  test("but not by other keys, or a click on a row", async () => {
    await mount(<ErrorsTab player={playerAt()} query={answered([marker(1, "error", { title: "snap" })])} />);
    await fire(scroller(), new KeyboardEvent("keydown", { key: "ArrowLeft", bubbles: true }));
    await fire(find("errors-row"), new Event("pointerdown", { bubbles: true }));
    expect(follow()).toBeUndefined();
  });
});
