import type { Manifest, ManifestFrame, Marker, MarkerList } from "../api/types";
import { pack, unpack } from "./packing";

/**
 * A replay saved as one HTML file: the page `offline.html`, with what was recorded in data blocks, which browsers neither
 * run nor show. The first block is the head, the others hold a frame each, as NDJSON; see `packing.ts` for their form.
 */

/** What a saved replay has besides its frames. */
export interface SavedHead {
  format: 1;
  /** When it was saved, epoch ms. */
  savedAt: number;
  manifest: Manifest;
  markers: MarkerList;
}

const HEAD_TYPE = "application/x-tapedeck-replay";
const FRAME_TYPE = "application/x-tapedeck-frame";

/** Where the build's page wants the blocks. */
export const BLOCKS_MARK = "<!--tapedeck-recording-->";

export async function headBlock(head: SavedHead): Promise<string> {
  return `<script type="${HEAD_TYPE}">${await pack(JSON.stringify(head))}</script>\n`;
}

/** @param lines the frame's events, a line each */
export async function frameBlock(frame: string, lines: readonly string[]): Promise<string> {
  const id = encodeURIComponent(frame);
  return `<script type="${FRAME_TYPE}" data-frame="${id}">${await pack(lines.join("\n") + "\n")}</script>\n`;
}

/** The head of the replay in this file; fails where there is none, or one of a later version. */
export async function readHead(document: Document): Promise<SavedHead> {
  const block = document.querySelector(`script[type="${HEAD_TYPE}"]`);
  if (!block) throw new Error("This file holds no recording.");
  const head = JSON.parse(await unpack(block.textContent)) as SavedHead;
  if (head.format !== 1) throw new Error("This file was saved by a later version.");
  return head;
}

/** Answers what a replay asks its server for from the file. Knows the addresses `saved:manifest`, `saved:markers`, `saved:events`. */
export class SavedServer {
  private readonly eventsOf: ReadonlyMap<string, number>;

  constructor(
    private readonly document: Document,
    private readonly head: SavedHead,
  ) {
    this.eventsOf = new Map(head.manifest.frames.map(({ id, events }) => [id, events]));
  }

  /** Like `fetch`. */
  readonly fetch = async (address: string | URL): Promise<Response> => {
    const url = new URL(address);
    switch (url.protocol + url.pathname) {
      case "saved:manifest":
        return Response.json(this.head.manifest);
      case "saved:markers":
        return Response.json({ ...this.head.markers, markers: this.markers(url.searchParams) });
      case "saved:events":
        return new Response(await this.lines(this.frames(url.searchParams)));
      default:
        return new Response(null, { status: 404 });
    }
  };

  private markers(query: URLSearchParams): Marker[] {
    const kinds = query.get("kind")?.split(",");
    const levels = query.get("level")?.split(",");
    return this.head.markers.markers.filter(
      ({ kind, level }) =>
        (!kinds || kinds.includes(kind)) && (!levels || kind !== "console" || levels.includes(level ?? "")),
    );
  }

  /** Frames by their ids, or those of a window that a range touches. */
  private frames(query: URLSearchParams): string[] {
    const ids = query.get("frames")?.split(",");
    if (ids) return ids;
    const window = query.get("window");
    const from = Number(query.get("from") ?? Number.NEGATIVE_INFINITY);
    const to = Number(query.get("to") ?? Number.POSITIVE_INFINITY);
    const isWanted = (frame: ManifestFrame) =>
      (window === null || frame.window === window) && frame.lastAt >= from && frame.firstAt <= to;
    return this.head.manifest.frames.filter(isWanted).map(({ id }) => id);
  }

  /**
   * The frames' lines up to the end of the first one that is not whole, as a server's answer that breaks off: its reader
   * counts, finds which frame came short, and asks for those behind it by themselves.
   */
  private async lines(ids: string[]): Promise<string> {
    let text = "";
    for (const id of ids) {
      const lines = await this.block(id);
      text += lines;
      if (lines.split("\n").length - 1 < (this.eventsOf.get(id) ?? 0)) break;
    }
    return text;
  }

  /** Nothing where the block is missing or cut off. */
  private async block(frame: string): Promise<string> {
    const selector = `script[type="${FRAME_TYPE}"][data-frame="${encodeURIComponent(frame)}"]`;
    const block = this.document.querySelector(selector);
    return block ? unpack(block.textContent).catch(() => "") : "";
  }
}
