import { chunkId, type Chunk } from "./chunk";

const STORE = "chunks";

/** Chunks older than this are of no use to a session that was settled long ago. */
const AGE_MS_MAX = 86_400_000;

/** What may wait on a visitor's disk. */
const CHARS_MAX = 33_554_432;

/**
 * Chunks on the visitor's disk from when they are made until the server has acknowledged them, so that a page that
 * ends too soon leaves them to the next one. Where the browser has no IndexedDB nothing is kept and nothing fails.
 */
export class Outbox {
  private database: IDBDatabase | null = null;
  private readonly opened: Promise<void>;

  constructor(name: string) {
    this.opened = open(name).then(
      (database) => {
        this.database = database;
        database.onversionchange = () => database.close();
        database.onclose = () => (this.database = null);
      },
      () => undefined,
    );
  }

  /** Once the database is open the write is begun within this call, so that it counts when the page is going away. */
  put(chunk: Chunk): void {
    this.run("readwrite", (store) => store.put(chunk, chunkId(chunk)));
  }

  delete(chunk: Chunk): void {
    this.run("readwrite", (store) => store.delete(chunkId(chunk)));
  }

  clear(): void {
    this.run("readwrite", (store) => store.clear());
  }

  /**
   * The chunks that earlier pages have left, oldest first; what is too old or too much is deleted. One of another tab
   * that is still sending it may be among them once it is older than `strayMs`: the server stores it once.
   */
  async leftovers(now: number, window: string, strayMs: number): Promise<Chunk[]> {
    await this.opened;
    const all = await this.readAll();
    all.sort((a, b) => a.createdAt - b.createdAt);
    let chars = 0;
    const kept: Chunk[] = [];
    for (const chunk of all.reverse()) {
      chars += chunk.events.length;
      if (now - chunk.createdAt > AGE_MS_MAX || chars > CHARS_MAX) {
        this.delete(chunk);
      } else if (chunk.window === window || now - chunk.createdAt > strayMs) {
        kept.push(chunk);
      }
    }
    return kept.reverse();
  }

  private readAll(): Promise<Chunk[]> {
    return new Promise((resolve) => {
      this.run(
        "readonly",
        (store) => {
          const request = store.getAll() as IDBRequest<Chunk[]>;
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => resolve([]);
        },
        () => resolve([]),
      );
    });
  }

  private run(mode: IDBTransactionMode, action: (store: IDBObjectStore) => void, failed = () => {}): void {
    const begin = () => {
      try {
        if (!this.database) {
          return failed();
        }
        const transaction = this.database.transaction(STORE, mode, { durability: "relaxed" });
        transaction.onabort = failed;
        action(transaction.objectStore(STORE));
        transaction.commit();
      } catch {
        failed();
      }
    };
    if (this.database) {
      begin();
    } else {
      void this.opened.then(begin);
    }
  }
}

/** Deletes what is kept under this name, without making anything where nothing was; open ones give way. */
export function deleteOutbox(name: string): void {
  try {
    indexedDB.deleteDatabase(name);
  } catch {
    // Where the browser has no IndexedDB nothing was kept.
  }
}

function open(name: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(new Error("IndexedDB refused to open"));
    request.onblocked = () => reject(new Error("IndexedDB is blocked"));
  });
}
