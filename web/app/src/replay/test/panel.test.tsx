// @vitest-environment jsdom
import { beforeEach, describe, expect, test, vi } from "vitest";
import { ApiError } from "../../api/client";
import type { Marker } from "../../api/types";
import { byTestId, byText, click, draw, drawsInJsdom, fire } from "../../test/rendering";
import type { SessionPlayer } from "../../player/sessionPlayer";
import { ConsoleRow } from "../panel/ConsoleTab";
import { ActivityTab } from "../panel/ActivityTab";
import { ErrorsTab } from "../panel/ErrorsTab";
import type { MarkersQuery } from "../useReplay";
import { answered, marker, playerAt } from "./fakes";

drawsInJsdom();

// Nothing is laid out in jsdom: a list as high as a panel.
beforeEach(() => void vi.spyOn(Element.prototype, "clientHeight", "get").mockReturnValue(600));

const AWAY = new ApiError({ code: "UNREACHABLE", status: 0, detail: "The server can't be reached." });
const UNKNOWN = { data: undefined, refetch: vi.fn() };
const PENDING: MarkersQuery = { ...UNKNOWN, error: null, isPending: true };
const FAILED: MarkersQuery = { ...UNKNOWN, error: AWAY, isPending: false };

describe.each([
  ["Errors", ErrorsTab, "No errors."],
  ["Activity", ActivityTab, "Nothing of this kind happened."],
])("%s", (label, Tab, none) => {
  const says = () => document.body.textContent;

  test("says that nothing is there only when that is known", async () => {
    await draw(<Tab player={playerAt()} query={PENDING} />);
    expect(says()).not.toContain(none);
    expect(document.querySelector(`[aria-label="Loading: ${label}"]`)).not.toBeNull();

    await draw(<Tab player={playerAt()} query={FAILED} />);
    expect(says()).not.toContain(none);
    expect(says()).toContain(AWAY.message);
    UNKNOWN.refetch.mockClear();
    await click(byText("button", "Try again"));
    expect(UNKNOWN.refetch).toHaveBeenCalledOnce();

    await draw(<Tab player={playerAt()} query={answered([])} />);
    expect(says()).toContain(none);
  });

  test("says of how many markers it knows where there are more, whatever the filter lets through", async () => {
    const some = [marker(1, "click"), marker(2, "console"), marker(3, "console")];
    await draw(<Tab player={playerAt()} query={answered(some, true)} />);
    expect(says()).toContain("only the first 3");

    await draw(<Tab player={playerAt()} query={answered(some)} />);
    expect(says()).not.toContain("only the first");
  });
});

describe("a row", () => {
  const opener = (name: string) => document.querySelector<HTMLElement>(`[aria-label="${name}"]`);
  const long = "The tape has snapped. ".repeat(10);

  test("of a long error without a stack can be opened, of a short one not", async () => {
    await draw(<ErrorsTab player={playerAt()} query={answered([marker(1, "error", { title: long })])} />);
    expect(opener("Show more")).not.toBeNull();

    await draw(<ErrorsTab player={playerAt()} query={answered([marker(1, "error", { title: "snap" })])} />);
    expect(opener("Show more")).toBeNull();
  });

  test("stays open when its marker is fetched again", async () => {
    const rows = () => answered([marker(1, "error", { title: "a" }), marker(2, "error", { title: long })]);
    await draw(<ErrorsTab player={playerAt()} query={rows()} />);
    await click(opener("Show more")!);
    expect(opener("Show less")).not.toBeNull();

    await draw(<ErrorsTab player={playerAt()} query={rows()} />);
    expect(opener("Show less")).not.toBeNull();
  });

  test("leads to its moment when it is clicked, but not where it is opened or selected", async () => {
    const player = { ...playerAt(), seek: vi.fn() };
    const snapped = marker(7_000, "error", { title: "snap", data: { stack: "at reel.js:1" } });
    await draw(<ErrorsTab player={player as unknown as SessionPlayer} query={answered([snapped])} />);
    await click(opener("Show more")!);
    await click(byText("div", "at reel.js:1"));
    const line = byTestId("errors-line");
    getSelection()!.selectAllChildren(line);
    await click(line);
    expect(player.seek).not.toHaveBeenCalled();

    getSelection()!.removeAllRanges();
    await click(line);
    expect(player.seek).toHaveBeenCalledExactlyOnceWith(7_000);
  });

  test.each<[string, Partial<Marker>, string]>([
    [
      "an error",
      { data: { name: "TypeError", message: "snap", stack: "at reel.js:1" } },
      "TypeError: snap\nat reel.js:1",
    ],
    [
      "one whose stack says it all",
      { title: "snap", data: { stack: "snap\n at reel.js:1" } },
      "snap\n at reel.js:1",
    ],
    [
      "a console error",
      { kind: "console", level: "error", data: { args: ["no tape", '{"left":3}'], trace: ["reel.js:1"] } },
      'no tape {"left":3}\nreel.js:1',
    ],
  ])("of %s gives its whole text to be copied", async (_, more, whole) => {
    const writeText = vi.fn(async () => undefined);
    Object.defineProperty(navigator, "clipboard", { value: { writeText }, configurable: true });
    await draw(<ErrorsTab player={playerAt()} query={answered([marker(1, "error", more)])} />);
    await click(opener("Show more")!);
    await click(byTestId("copy"));

    expect(writeText).toHaveBeenCalledExactlyOnceWith(whole);
    expect(byTestId("copy").textContent).toBe("Copied");
  });

  test("of the console shows the whole text when it is opened", async () => {
    const said = marker(1, "console", { data: { args: [JSON.stringify("x".repeat(5_000))] } });
    await draw(<ConsoleRow marker={said} expanded={false} />);
    expect(document.body.textContent).not.toContain("x".repeat(500));

    await draw(<ConsoleRow marker={said} expanded />);
    expect(document.body.textContent).toContain("x".repeat(5_000));
  });
});

describe("a list stops following the play time", () => {
  const follow = "Follow the play time";
  const scroller = () => byTestId("errors").parentElement!;

  test.each<[string, () => [Element, Event]]>([
    [
      "by a key that scrolls",
      () => [scroller(), new KeyboardEvent("keydown", { key: "PageDown", bubbles: true })],
    ],
    ["by the scrollbar", () => [scroller(), new Event("pointerdown", { bubbles: true })]],
  ])("%s", async (_, what) => {
    await draw(<ErrorsTab player={playerAt()} query={answered([marker(1, "error", { title: "snap" })])} />);
    await fire(...what());
    expect(document.body.textContent).toContain(follow);
  });

  test("but not by other keys, or a click on a row", async () => {
    await draw(<ErrorsTab player={playerAt()} query={answered([marker(1, "error", { title: "snap" })])} />);
    await fire(scroller(), new KeyboardEvent("keydown", { key: "ArrowLeft", bubbles: true }));
    await fire(byTestId("errors-row"), new Event("pointerdown", { bubbles: true }));
    expect(document.body.textContent).not.toContain(follow);
  });
});
