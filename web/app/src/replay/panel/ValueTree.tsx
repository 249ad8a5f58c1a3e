import { useState } from "react";
import classes from "./ValueTree.module.css";

/** The console plugin writes each argument as JSON; what is none is text. */
export function parseRecorded(arg: unknown): unknown {
  if (typeof arg !== "string") return arg;
  try {
    return JSON.parse(arg);
  } catch {
    return arg;
  }
}

export function isNested(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

const OPEN_DEPTH = 1;
const ENTRIES_MAX = 200;

interface ValueTreeProps {
  value: unknown;
  name?: string;
  depth?: number;
}

/** A recorded value that can be opened step by step. Recorded text is only ever text. */
export function ValueTree({ value, name, depth = 0 }: ValueTreeProps) {
  const [open, setOpen] = useState(depth < OPEN_DEPTH);
  if (!isNested(value)) {
    return (
      <div className={classes["leaf"]}>
        {name !== undefined && <span className={classes["name"]}>{name}: </span>}
        <span data-type={value === null ? "null" : typeof value}>{JSON.stringify(value) ?? "undefined"}</span>
      </div>
    );
  }
  const entries = Object.entries(value);
  const summary = Array.isArray(value) ? `Array(${value.length})` : `{${entries.length}}`;
  return (
    <div className={classes["node"]}>
      <button type="button" className={classes["toggle"]} aria-expanded={open} onClick={() => setOpen(!open)}>
        <span aria-hidden>{open ? "▾" : "▸"}</span>{" "}
        {name !== undefined && <span className={classes["name"]}>{name}: </span>}
        {summary}
      </button>
      {open && (
        <div className={classes["children"]}>
          {entries.slice(0, ENTRIES_MAX).map(([key, child]) => (
            <ValueTree key={key} name={key} value={child} depth={depth + 1} />
          ))}
          {entries.length > ENTRIES_MAX && (
            <div className={classes["leaf"]}>… {entries.length - ENTRIES_MAX} more</div>
          )}
        </div>
      )}
    </div>
  );
}
