// @vitest-environment jsdom
import { expect, test } from "vitest";
import { ControlBar } from "../ControlBar";
import { button, click, find, fire, mount, playerAt } from "./mount";

test("what the controls open is inside of them, or it could not be seen in full screen", async () => {
  await mount(
    <section data-testid="screen">
      <ControlBar player={playerAt()} live="off" isFullscreen onFullscreen={() => undefined} />
    </section>,
  );
  const screen = find("screen");

  await click(find("speed"));
  expect(screen.contains(find("speed-2"))).toBe(true);

  await click(button("Keyboard shortcuts"));
  expect(screen.textContent).toContain("Back or forward 5 seconds");

  await fire(button("Forward 5 seconds"), new MouseEvent("mouseenter"));
  expect(screen.querySelector("[role=tooltip]")?.textContent).toBe("Forward 5 seconds");
});
