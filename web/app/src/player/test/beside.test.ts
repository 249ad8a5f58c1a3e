import { expect, test } from "vitest";
import type { Manifest, ManifestWindow } from "../../api/types";
import { withoutBeside } from "../beside";

const window = (id: string, fullSnapshots: number[]): ManifestWindow => ({
  id,
  firstAt: 1,
  lastAt: 2,
  events: 1,
  fullSnapshots,
});

const manifest = (...windows: ManifestWindow[]) => ({ windows }) as Manifest;

test("what was said in no window is none to show", () => {
  const shown = withoutBeside(manifest(window("beside", []), window("a", [1])));
  expect(shown.windows.map(({ id }) => id)).toEqual(["a"]);
});

test("windows of a recording stay, those without a picture too", () => {
  const whole = manifest(window("a", []), window("beside", [1]));
  expect(withoutBeside(whole)).toBe(whole);
});
