// @vitest-environment jsdom
import { MantineProvider } from "@mantine/core";
import { act } from "react";
import { expect, test, vi } from "vitest";
import { byTestId, click, draw, drawsInJsdom, fire } from "../../test/rendering";
import { ControlBar } from "../ControlBar";
import { playerAt } from "./fakes";

drawsInJsdom();

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
