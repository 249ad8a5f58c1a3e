/** The part of the browser's storage that the recorder needs. */
export interface KeyValue {
  get(name: string): string | null;
  set(name: string, value: string): void;
  remove(name: string): void;
}

/** Shared by all tabs of the site where the browser allows it, else by this tab, else by this page. */
export function sharedStorage(): KeyValue {
  return usable(() => window.localStorage) ?? tabStorage();
}

/** Kept over page loads of one tab where the browser allows it, else for this page. */
export function tabStorage(): KeyValue {
  return usable(() => window.sessionStorage) ?? memoryStorage();
}

export function memoryStorage(): KeyValue {
  const values = new Map<string, string>();
  return {
    get: (name) => values.get(name) ?? null,
    set: (name, value) => void values.set(name, value),
    remove: (name) => void values.delete(name),
  };
}

/** Blocked storage throws at the first touch of the property; a full or private one when something is written. */
function usable(open: () => Storage): KeyValue | null {
  try {
    const storage = open();
    const probe = "tapedeck.probe";
    storage.setItem(probe, "1");
    storage.removeItem(probe);
    return {
      get: (name) => attempt(() => storage.getItem(name)) ?? null,
      set: (name, value) => void attempt(() => storage.setItem(name, value)),
      remove: (name) => void attempt(() => storage.removeItem(name)),
    };
  } catch {
    return null;
  }
}

function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}
