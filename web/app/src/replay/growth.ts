import type { LiveChange, Manifest } from "../api/types";

/** The manifest with what was added to it; null if that can't be told from the change, and it is to be fetched. */
export function grow(manifest: Manifest, { since, grown }: LiveChange): Manifest | null {
  if (grown === null || since !== manifest.rev) return null;
  const known = grown.windows.flatMap((window) => [
    ...manifest.frames.filter((frame) => frame.window === window.id),
    ...grown.frames.filter((frame) => frame.window === window.id),
  ]);
  return { ...grown, frames: known };
}
