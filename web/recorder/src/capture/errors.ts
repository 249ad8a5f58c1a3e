import { maskStack, maskUrl } from "../urls";
import { listen, perMinute, type Stop } from "./patch";
import { stringify } from "./stringify";

const ERRORS_PER_MINUTE_MAX = 60;
const MESSAGE_CHARS_MAX = 2_000;
const STACK_CHARS_MAX = 8_000;

export interface PageError {
  readonly kind: "error" | "unhandledrejection";
  readonly name: string;
  readonly message: string;
  readonly stack: string;
  readonly source: string;
  readonly line: number;
  readonly column: number;
}

/** Reports errors that the page has not caught. */
export function captureErrors(report: (error: PageError) => void): Stop {
  const allowed = perMinute(ERRORS_PER_MINUTE_MAX);
  const stops = [
    listen(window, "error", (event) => {
      if (event instanceof ErrorEvent && allowed()) {
        report(
          describe("error", event.error, event.message, {
            source: maskUrl(event.filename),
            line: event.lineno,
            column: event.colno,
          }),
        );
      }
    }),
    listen(window, "unhandledrejection", (event) => {
      if (allowed()) {
        report(
          describe("unhandledrejection", (event as PromiseRejectionEvent).reason, "", {
            source: "",
            line: 0,
            column: 0,
          }),
        );
      }
    }),
  ];
  return () => stops.forEach((stop) => stop());
}

function describe(
  kind: PageError["kind"],
  thrown: unknown,
  fallback: string,
  place: Pick<PageError, "source" | "line" | "column">,
): PageError {
  const error = thrown instanceof Error ? thrown : null;
  const message = error ? error.message : thrown == null ? fallback : words(thrown);
  return {
    kind,
    name: String(error?.name ?? "Error").slice(0, 200),
    message: message.slice(0, MESSAGE_CHARS_MAX),
    stack: maskStack(String(error?.stack ?? "").slice(0, STACK_CHARS_MAX)),
    ...place,
  };
}

function words(thrown: unknown): string {
  return typeof thrown === "string" ? thrown : stringify(thrown);
}
