import type { FrameWorker } from "./protocol";

/** A worker of the page's own that fetches what the server has. */
export function newFrameWorker(): FrameWorker {
  return new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
}
