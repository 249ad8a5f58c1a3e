// @vitest-environment jsdom
import { MantineProvider } from "@mantine/core";
import { act } from "react";
import { afterEach, expect, test, vi } from "vitest";
import { byTestId, click, draw, drawsInJsdom, fire } from "../../test/rendering";
import { ControlBar } from "../ControlBar";
import { Timeline } from "../Timeline";
import { ErrorsTab } from "../panel/ErrorsTab";
import { answered, marker, playerAt } from "./fakes";

drawsInJsdom();
afterEach(() => localStorage.clear());

test("what the controls open is inside of them, or it could not be seen in full screen", async () => {
  // A provider as the app has it: the one for tests puts nothing into the body.
  await draw(
    <MantineProvider>
      <section data-testid="screen">
        <ControlBar player={playerAt()} live="off" isFullscreen onFullscreen={() => undefined} />
      </section>
    </MantineProvider>,
  );
  const screen = byTestId("screen");
  const named = (name: string) => screen.querySelector<HTMLElement>(`[aria-label="${name}"]`)!;
  const shown = (selector: string) => act(() => vi.waitUntil(() => document.querySelector(selector)));

  await click(byTestId("speed"));
  expect(screen.contains(await shown("[data-testid=speed-2]"))).toBe(true);

  await click(named("Keyboard shortcuts"));
  expect(screen.contains(await shown("dl"))).toBe(true);

  await fire(named("Forward 5 seconds"), new MouseEvent("mouseenter"));
  expect(screen.contains(await shown("[role=tooltip]"))).toBe(true);
});

test("times are told as one chose, wherever there are some, and so they are next time", async () => {
  const player = playerAt({ positionMs: 7_000, durationMs: 100_000 });
  const boom = marker(65_000, "error", { title: "boom" });
  vi.spyOn(Element.prototype, "clientHeight", "get").mockReturnValue(600);
  const views = (
    <>
      <Timeline player={player} markers={[boom]} notes={[]} />
      <ControlBar player={player} live="off" isFullscreen={false} onFullscreen={() => undefined} />
      <ErrorsTab player={player} query={answered([boom])} />
    </>
  );
  await draw(views);
  const row = () => byTestId("errors-row").querySelector("button")!;
  expect(byTestId("time").textContent).toBe("Time: 0:07 / 1:40");
  expect(row().textContent).toBe("Go to 1:05");
  expect(row().title).toMatch(/, (1969|1970), \d\d:\d\d:05 /);

  await click(byTestId("time"));
  await click(byTestId("time-utc"));
  expect(byTestId("time").textContent).toBe("Time: 00:00:07 / 00:01:40 UTC");
  expect(row().textContent).toBe("Go to 00:01:05");
  expect(byTestId("timeline-marker").title).toContain("Error at 00:01:05: boom\nJan 1, 1970, 00:01:05 UTC");
  expect(byTestId("seek-slider").getAttribute("aria-valuetext")).toBe("00:00:07 of 00:01:40");

  await draw(<></>);
  await draw(views);
  expect(row().textContent).toBe("Go to 00:01:05");
});
