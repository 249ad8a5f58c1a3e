import { maskStack } from "../urls";
import { patch, perMinute, type Stop } from "./patch";
import { stringify } from "./stringify";

const LEVELS = ["log", "info", "warn", "error", "debug"] as const;
const MESSAGES_PER_MINUTE_MAX = 300;
const ARGUMENTS_MAX = 20;
const FRAMES_MAX = 10;

export interface ConsoleMessage {
  readonly level: (typeof LEVELS)[number];
  /** Stack frames of warnings and errors, innermost first. */
  readonly trace: string[];
  /** Each argument as JSON. */
  readonly payload: string[];
}

/** Reports what the page writes to its console. What the recorder itself provokes while reporting is not reported. */
export function captureConsole(report: (message: ConsoleMessage) => void): Stop {
  const allowed = perMinute(MESSAGES_PER_MINUTE_MAX);
  let inside = false;
  let stopped = false;
  const restores = LEVELS.map((level) =>
    patch(console, level, (original) => {
      return function wrapper(this: Console, ...args: unknown[]) {
        original.apply(this, args);
        if (inside || stopped || !allowed()) {
          return;
        }
        inside = true;
        try {
          const trace = level === "error" || level === "warn" ? callers(wrapper) : [];
          report({ level, trace, payload: args.slice(0, ARGUMENTS_MAX).map((arg) => stringify(arg)) });
        } catch {
          // The page's console must work whatever happens here.
        } finally {
          inside = false;
        }
      };
    }),
  );
  return () => {
    stopped = true;
    restores.forEach((restore) => restore());
  };
}

/** The stack from the caller of the function given; from here where the browser cannot leave frames out. */
function callers(above: (...args: unknown[]) => void): string[] {
  const holder: { stack?: string } = {};
  if (typeof Error.captureStackTrace === "function") {
    Error.captureStackTrace(holder, above);
  }
  const lines = (holder.stack ?? new Error().stack ?? "").split("\n").map((line) => line.trim());
  const frames = lines[0]?.startsWith("Error") || lines[0] === "[object Object]" ? lines.slice(1) : lines;
  return frames.slice(0, FRAMES_MAX).map((frame) => maskStack(frame).slice(0, 500));
}
