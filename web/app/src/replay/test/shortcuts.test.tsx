// @vitest-environment jsdom
import { expect, test, vi } from "vitest";
import { useShortcuts } from "../useShortcuts";
import { find, fire, mount, playerAt } from "./mount";

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
  await mount(<Page onPlay={onPlay} onSeek={onSeek} />);
  await fire(find(field), space());
  await fire(find(field), right());
  expect(onPlay).toHaveBeenCalledTimes(plays);
  expect(onSeek).toHaveBeenCalledTimes(seeks);
});

test("a field that the keyboard has reached keeps the keys that it uses", async () => {
  const onPlay = vi.fn<() => void>();
  const onSeek = vi.fn<() => void>();
  await mount(<Page onPlay={onPlay} onSeek={onSeek} />);
  find("switch").focus();
  await fire(find("switch"), space());
  await fire(find("switch"), right());
  expect(onPlay).not.toHaveBeenCalled();
  expect(onSeek).toHaveBeenCalledTimes(1);

  find("kind").focus();
  await fire(find("kind"), space());
  await fire(find("kind"), right());
  expect(onPlay).not.toHaveBeenCalled();
  expect(onSeek).toHaveBeenCalledTimes(1);
});
