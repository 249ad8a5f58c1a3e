import type { Manifest } from "../api/types";

/** The server's name for the window of what a client said beside its recording without saying in which window. */
const NO_WINDOW = "beside";

/** The manifest without that window: there is no picture of it, so it must not come to the front. */
export function withoutBeside(manifest: Manifest): Manifest {
  const windows = manifest.windows.filter(
    ({ id, fullSnapshots }) => id !== NO_WINDOW || fullSnapshots.length > 0,
  );
  return windows.length === manifest.windows.length ? manifest : { ...manifest, windows };
}
