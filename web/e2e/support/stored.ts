import { Decompress } from "fzstd";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

const FRAME = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);

/**
 * Everything that a server keeps in its data folder, by file: the bytes as they are, and what comes out of every zstd
 * frame in them, wherever in a file it begins.
 */
export async function storedTexts(dataDir: string): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  for (const entry of await readdir(dataDir, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) {
      const file = join(entry.parentPath, entry.name);
      const bytes = await readFile(file).catch(() => Buffer.alloc(0));
      texts.set(file.slice(dataDir.length), [bytes, ...framesOf(bytes)].map(String).join("\n"));
    }
  }
  return texts;
}

function framesOf(bytes: Buffer): Buffer[] {
  const frames: Buffer[] = [];
  for (let at = bytes.indexOf(FRAME); at >= 0; at = bytes.indexOf(FRAME, at + 1)) {
    const parts: Uint8Array[] = [];
    try {
      new Decompress((part) => parts.push(part.slice())).push(bytes.subarray(at), true);
    } catch {
      // What follows a frame may be anything: what came out before it is what counts.
    }
    frames.push(Buffer.concat(parts));
  }
  return frames;
}
