import { useMemo, useState } from "react";
import type { SessionAddress } from "../../api/client";
import type { Marker, MarkerChoice } from "../../api/types";
import type { SessionPlayer } from "../../player/sessionPlayer";
import { type LevelFilter, filterConsole } from "../markers";
import { useMarkers } from "../useReplay";
import { Details } from "./Details";
import { MarkerList, isLong } from "./MarkerList";
import { PanelFilter } from "./PanelFilter";
import { ValueTree, isNested, parseRecorded } from "./ValueTree";
import classes from "./tabs.module.css";

const CONSOLE: MarkerChoice = { kinds: ["console"] };

const LEVELS = [
  { value: "all", label: "All" },
  { value: "error", label: "Error" },
  { value: "warn", label: "Warn" },
  { value: "info", label: "Info" },
  { value: "log", label: "Log" },
  { value: "debug", label: "Debug" },
] as const;

interface ConsoleTabProps {
  player: SessionPlayer;
  address: SessionAddress;
  rev: number;
}

/** What the page wrote to its console. It is shown as text only, whatever it holds. */
export function ConsoleTab({ player, address, rev }: ConsoleTabProps) {
  const [level, setLevel] = useState<LevelFilter>("all");
  const [text, setText] = useState("");
  const query = useMarkers(address, rev, CONSOLE);
  const shown = useMemo(
    () => filterConsole(query.data?.markers ?? [], level, text),
    [query.data, level, text],
  );
  return (
    <>
      <PanelFilter
        label="Filter the console"
        text={text}
        onText={setText}
        choice={level}
        choices={LEVELS}
        onChoice={(choice) => setLevel(choice as LevelFilter)}
      />
      <MarkerList
        player={player}
        query={query}
        markers={shown}
        label="Console"
        testId="console"
        empty="The console has nothing of this kind."
        canExpand={hasMoreToSay}
        render={(marker, expanded) => <ConsoleRow marker={marker} expanded={expanded} />}
        details={(marker) => <ConsoleDetails marker={marker} />}
      />
    </>
  );
}

export function ConsoleRow({ marker, expanded }: { marker: Marker; expanded: boolean }) {
  return (
    <div className={classes["message"]} data-level={marker.level} data-short={!expanded || undefined}>
      <span className="visually-hidden">{marker.level}: </span>
      {expanded ? plainText(marker) : shortText(marker)}
    </div>
  );
}

/** What a line has beside its text: values that can be opened, and where it came from. */
export function ConsoleDetails({ marker }: { marker: Marker }) {
  const args = argsOf(marker);
  const trace = traceOf(marker);
  const said = args.length === 0 ? marker.title : args.map(asText).join(" ");
  return (
    <Details text={trace ? `${said}\n${trace}` : said}>
      {args.filter(isNested).map((arg, index) => (
        <ValueTree key={index} value={arg} />
      ))}
      {trace && <div className={classes["stack"]}>{trace}</div>}
    </Details>
  );
}

/** Whether a line has more to show when its row is opened. */
export function hasMoreToSay(marker: Marker): boolean {
  return argsOf(marker).some(isNested) || traceOf(marker) !== "" || isLong(plainText(marker));
}

function argsOf(marker: Marker): unknown[] {
  const args = marker.data?.["args"];
  return Array.isArray(args) ? args.map(parseRecorded) : [];
}

function traceOf(marker: Marker): string {
  const trace = marker.data?.["trace"];
  return Array.isArray(trace) ? trace.join("\n") : "";
}

/** The whole text of a line, without what is shown as a tree. */
function plainText(marker: Marker): string {
  const args = argsOf(marker);
  if (args.length === 0) return marker.title;
  return args
    .filter((arg) => !isNested(arg))
    .map(asText)
    .join(" ");
}

const SHORT_CHARS_MAX = 400;

function shortText(marker: Marker): string {
  const args = argsOf(marker);
  if (args.length === 0) return marker.title;
  return args
    .map(asText)
    .map((text) => (text.length > SHORT_CHARS_MAX ? `${text.slice(0, SHORT_CHARS_MAX)}…` : text))
    .join(" ");
}

function asText(arg: unknown): string {
  return typeof arg === "string" ? arg : (JSON.stringify(arg) ?? "undefined");
}
