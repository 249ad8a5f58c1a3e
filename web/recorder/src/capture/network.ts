import { maskResolvedUrl } from "../urls";
import { patch, perMinute, type Stop } from "./patch";

const REQUESTS_PER_MINUTE_MAX = 300;

/** A request that has ended. Times are those of the page's performance clock; `status` 0 says that no answer came. */
export interface EndedRequest {
  readonly name: string;
  readonly method: string;
  readonly status: number;
  readonly startTime: number;
  readonly endTime: number;
  readonly duration: number;
  readonly initiatorType: "fetch" | "xmlhttprequest";
  readonly transferSize?: number;
  readonly timestamp: number;
}

/** Reports the page's requests: address, method, status and time; no headers and no bodies. */
export function captureNetwork(report: (request: EndedRequest) => void): Stop {
  const allowed = perMinute(REQUESTS_PER_MINUTE_MAX);
  let stopped = false;
  const ended = (begun: Begun, status: number, initiatorType: EndedRequest["initiatorType"]) => {
    try {
      if (!stopped && allowed()) {
        report(describe(begun, status, initiatorType));
      }
    } catch {
      // The page's request must end as it would have without us.
    }
  };
  const restores = [captureFetch(ended), captureXhr(ended)];
  return () => {
    stopped = true;
    restores.forEach((restore) => restore());
  };
}

interface Begun {
  readonly url: string;
  readonly method: string;
  readonly at: number;
}

type Ended = (begun: Begun, status: number, initiatorType: EndedRequest["initiatorType"]) => void;

/**
 * The page gets a promise derived from the browser's, which ends in the same way: a handler on the original alone
 * would make a rejection that nobody handles look handled.
 */
function captureFetch(ended: Ended): Stop {
  return patch(window, "fetch", (original) => {
    return function (this: unknown, ...args: Parameters<typeof fetch>) {
      const answer = original.apply(this as typeof globalThis, args);
      let begun: Begun;
      try {
        begun = readFetch(args);
      } catch {
        return answer;
      }
      return answer.then(
        (response) => {
          ended(begun, response.status, "fetch");
          return response;
        },
        (error: unknown) => {
          ended(begun, 0, "fetch");
          throw error;
        },
      );
    };
  });
}

function readFetch([input, init]: Parameters<typeof fetch>): Begun {
  const request = input instanceof Request ? input : null;
  return {
    url: request ? request.url : String(input),
    method: (init?.method ?? request?.method ?? "GET").toUpperCase(),
    at: performance.now(),
  };
}

function captureXhr(ended: Ended): Stop {
  const opened = new WeakMap<XMLHttpRequest, { url: string; method: string }>();
  const prototype = XMLHttpRequest.prototype;
  const restoreOpen = patch(prototype, "open", (original) => {
    return function (this: XMLHttpRequest, ...args: unknown[]) {
      opened.set(this, { method: String(args[0]).toUpperCase(), url: String(args[1]) });
      return Reflect.apply(original, this, args) as void;
    };
  });
  const restoreSend = patch(prototype, "send", (original) => {
    return function (this: XMLHttpRequest, ...args: Parameters<XMLHttpRequest["send"]>) {
      const request = opened.get(this);
      if (request) {
        const begun = { ...request, at: performance.now() };
        this.addEventListener("loadend", () => ended(begun, this.status, "xmlhttprequest"), { once: true });
      }
      return original.apply(this, args);
    };
  });
  return () => {
    restoreSend();
    restoreOpen();
  };
}

function describe(begun: Begun, status: number, initiatorType: EndedRequest["initiatorType"]): EndedRequest {
  const endTime = performance.now();
  const transferSize = transferSizeOf(begun.url);
  return {
    name: maskResolvedUrl(begun.url, document.baseURI),
    method: begun.method.slice(0, 20),
    status,
    startTime: Math.round(begun.at),
    endTime: Math.round(endTime),
    duration: Math.round(endTime - begun.at),
    initiatorType,
    ...(transferSize === undefined ? {} : { transferSize }),
    timestamp: Math.round(performance.timeOrigin + begun.at),
  };
}

function transferSizeOf(url: string): number | undefined {
  const entries = performance.getEntriesByName(new URL(url, document.baseURI).href, "resource");
  return (entries.at(-1) as PerformanceResourceTiming | undefined)?.transferSize;
}
