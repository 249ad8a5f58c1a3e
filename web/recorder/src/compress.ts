import { gzipSync, strToU8 } from "fflate";
import type { KeyValue } from "./storage";

/** Bodies beyond this go to a worker; what is smaller takes the main thread a few milliseconds at most. */
const WORKER_CHARS_MIN = 262_144;

const WORKER_SOURCE = `onmessage=async({data:{id,text}})=>{try{
const bytes=await new Response(new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"))).arrayBuffer();
postMessage({id,bytes},[bytes])}catch{postMessage({id})}}`;

/** Under this name a site's storage remembers that its policy allows no such worker. */
const NO_WORKER = "tapedeck.noworker";

/**
 * Gzip for uploads. Large bodies are compressed in a worker made from a `blob:` address; where the page's policy
 * forbids that, and for small bodies, the browser's compression stream does it on the main thread, taking turns with
 * the page block by block. A policy is tried once per browser and site, since each attempt is reported to the site.
 */
export class Compressor {
  private worker: Worker | null = null;
  private workerWorks: boolean;
  private nextId = 0;
  private readonly waiting = new Map<number, (bytes: ArrayBuffer | null) => void>();

  constructor(private readonly storage: KeyValue) {
    this.workerWorks = typeof Worker === "function" && storage.get(NO_WORKER) === null;
  }

  async gzip(text: string): Promise<Uint8Array<ArrayBuffer>> {
    if (typeof CompressionStream !== "function") {
      return gzipNow(text);
    }
    if (text.length >= WORKER_CHARS_MIN && this.workerWorks) {
      const bytes = await this.inWorker(text);
      if (bytes) {
        return new Uint8Array(bytes);
      }
    }
    const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  }

  private inWorker(text: string): Promise<ArrayBuffer | null> {
    return new Promise((resolve) => {
      const id = this.nextId++;
      this.waiting.set(id, resolve);
      try {
        this.worker ??= this.start();
        this.worker.postMessage({ id, text });
      } catch {
        this.doWithoutWorker();
      }
    });
  }

  private start(): Worker {
    const address = URL.createObjectURL(new Blob([WORKER_SOURCE], { type: "text/javascript" }));
    const worker = new Worker(address);
    worker.onmessage = ({ data }: MessageEvent<{ id: number; bytes?: ArrayBuffer }>) => {
      this.waiting.get(data.id)?.(data.bytes ?? null);
      this.waiting.delete(data.id);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      this.doWithoutWorker();
    };
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
    return worker;
  }

  private doWithoutWorker(): void {
    this.workerWorks = false;
    this.storage.set(NO_WORKER, "1");
    this.worker?.terminate();
    this.worker = null;
    this.waiting.forEach((resolve) => resolve(null));
    this.waiting.clear();
  }
}

/** Gzip within this very call, for a page that is going away: nothing asynchronous finishes there. */
export function gzipNow(text: string): Uint8Array<ArrayBuffer> {
  return gzipSync(strToU8(text), { level: 6 }) as Uint8Array<ArrayBuffer>;
}
