/** Undoes what was begun. */
export type Stop = () => void;

/**
 * Replaces a method by `wrap(original)`. Stopping puts the original back, unless somebody has wrapped ours since:
 * then it stays in their chain, and the wrapper has to know by itself that it is to do nothing more.
 */
export function patch<T extends object, K extends keyof T>(
  target: T,
  name: K,
  wrap: (original: T[K]) => T[K],
): Stop {
  const original = target[name];
  if (typeof original !== "function") {
    return () => {};
  }
  const own = Object.prototype.hasOwnProperty.call(target, name);
  const wrapped = wrap(original);
  target[name] = wrapped;
  return () => {
    if (target[name] !== wrapped) {
      return;
    }
    if (own) {
      target[name] = original;
    } else {
      delete target[name];
    }
  };
}

/** Adds a listener; stopping removes it. */
export function listen(
  target: EventTarget,
  type: string,
  listener: (event: Event) => void,
  options: AddEventListenerOptions = {},
): Stop {
  target.addEventListener(type, listener, options);
  return () => target.removeEventListener(type, listener, options);
}

/** Lets through so many calls a minute: a page that logs in a loop must not drown its own recording. */
export function perMinute(callsMax: number): () => boolean {
  let minute = 0;
  let calls = 0;
  return () => {
    const now = Math.floor(Date.now() / 60_000);
    if (now !== minute) {
      minute = now;
      calls = 0;
    }
    return ++calls <= callsMax;
  };
}
