import { type SessionAddress, api } from "../api/client";
import type { Manifest, MarkerKind } from "../api/types";
import { wait } from "../player/frameJobs";
import { ReadError, readFrames } from "../player/frameReader";
import type { RequestedFrame } from "../player/protocol";
import { KIND_LABELS } from "../replay/markers";
import { BLOCKS_MARK, frameBlock, headBlock } from "./savedReplay";

/** A session that grows or settles meanwhile has other frames: so often it is looked at anew. */
const STALE_MAX = 5;

const ALL_KINDS = Object.keys(KIND_LABELS) as MarkerKind[];

interface SaveOptions {
  address: SessionAddress;
  /** The page `offline.html`. */
  page: string;
  signal: AbortSignal;
  /** Told the share of the recording that is there, 0 to 1. */
  onProgress: (share: number) => void;
}

/**
 * Fetches a whole session and makes one HTML file of it that plays without a server. What it holds is in the browser's
 * care (blobs), never in memory as a whole. Lines that cannot be had are missing in the file too, and its player says so.
 *
 * @throws ApiError or ReadError if the session cannot be had
 */
export async function saveReplay({ address, page, signal, onProgress }: SaveOptions): Promise<Blob> {
  const [before, after] = page.split(BLOCKS_MARK);
  if (before === undefined || after === undefined)
    throw new Error("The page for saved replays is not whole.");
  const blocks = new Map<string, Blob>();
  for (let stale = 0; ; stale++) {
    const manifest = await api.manifest(address, signal);
    try {
      await fetchFrames(manifest, address.events, blocks, signal, onProgress);
    } catch (error) {
      if (error instanceof ReadError && error.failure.kind === "stale" && stale < STALE_MAX) continue;
      throw error;
    }
    const markers = await api.markers(address, { kinds: ALL_KINDS }, signal);
    const head = await headBlock({ format: 1, savedAt: Date.now(), manifest, markers });
    const frames = manifest.frames.map(({ id }) => blocks.get(id)!);
    return new Blob([before, head, ...frames, after], { type: "text/html" });
  }
}

/** Adds the block of each frame that is not there yet. */
async function fetchFrames(
  manifest: Manifest,
  eventsUrl: string,
  blocks: Map<string, Blob>,
  signal: AbortSignal,
  onProgress: (share: number) => void,
): Promise<void> {
  const total = manifest.frames.reduce((sum, { bytesRaw }) => sum + bytesRaw, 0);
  const missing = manifest.frames.filter(({ id }) => !blocks.has(id));
  let done = total - missing.reduce((sum, { bytesRaw }) => sum + bytesRaw, 0);
  const frames: RequestedFrame[] = missing.map(({ id, events, bytesRaw }, index) => ({
    id,
    events,
    bytesRaw,
    index,
    skip: 0,
  }));
  const fetched = new Map<string, string[]>();
  await readFrames(
    { eventsUrl, rev: manifest.rev, frames, signal, fetch: (url, init) => fetch(url, init), wait },
    {
      async lines({ id }, lines) {
        const known = fetched.get(id) ?? [];
        for (const line of lines) known.push(line);
        fetched.set(id, known);
      },
      async frameEnd({ id, bytesRaw }) {
        blocks.set(id, new Blob([await frameBlock(id, fetched.get(id) ?? [])]));
        fetched.delete(id);
        done += bytesRaw;
        onProgress(total === 0 ? 1 : done / total);
      },
    },
  );
}
