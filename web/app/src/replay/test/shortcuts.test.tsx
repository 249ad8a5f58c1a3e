// @vitest-environment jsdom
import { expect, test, vi } from "vitest";
import { byTestId, draw, drawsInJsdom, fire } from "../../test/rendering";
import { useShortcuts } from "../useShortcuts";
import { playerAt } from "./fakes";

drawsInJsdom();

function Page({ onPlay, onSeek }: { onPlay: () => void; onSeek: () => void }) {
  const player = Object.assign(playerAt(), { toggle: onPlay, seek: onSeek });
  useShortcuts(player, () => undefined);
  return (
    <>
      <input data-testid="switch" type="checkbox" role="switch" />
      <input data-testid="kind" type="radio" />
      <input data-testid="filter" type="text" />
    </>
  );
}

const space = () => new KeyboardEvent("keydown", { key: " ", bubbles: true, cancelable: true });
const right = () => new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true, cancelable: true });

test.each([
  ["switch", 1, 1],
  ["kind", 1, 1],
  ["filter", 0, 0],
])("keys meant for the player reach it from a %s that was clicked", async (field, plays, seeks) => {
  const onPlay = vi.fn<() => void>();
  const onSeek = vi.fn<() => void>();
  await draw(<Page onPlay={onPlay} onSeek={onSeek} />);
  await fire(byTestId(field), space());
  await fire(byTestId(field), right());
  expect(onPlay).toHaveBeenCalledTimes(plays);
  expect(onSeek).toHaveBeenCalledTimes(seeks);
});

test("a field that the keyboard has reached keeps the keys that it uses", async () => {
  const onPlay = vi.fn<() => void>();
  const onSeek = vi.fn<() => void>();
  await draw(<Page onPlay={onPlay} onSeek={onSeek} />);
  byTestId("switch").focus();
  await fire(byTestId("switch"), space());
  await fire(byTestId("switch"), right());
  expect(onPlay).not.toHaveBeenCalled();
  expect(onSeek).toHaveBeenCalledTimes(1);

  byTestId("kind").focus();
  await fire(byTestId("kind"), space());
  await fire(byTestId("kind"), right());
  expect(onPlay).not.toHaveBeenCalled();
  expect(onSeek).toHaveBeenCalledTimes(1);
});
