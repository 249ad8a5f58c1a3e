import { useElementSize } from "@mantine/hooks";
import { type KeyboardEvent, type PointerEvent, memo, useMemo, useRef, useState } from "react";
import type { Marker, Note } from "../api/types";
import { formatDuration } from "../format";
import type { SessionPlayer } from "../player/sessionPlayer";
import { type Span, spanAt, toPercent } from "../player/timeline";
import classes from "./Timeline.module.css";
import { KIND_LABELS, timelineMarks } from "./markers";
import { aboutOf, noteMarks, shortened } from "./notes";
import { type TimeStyle, formatInstant, formatMoment, useTimeStyle } from "./timeStyle";
import { usePlayerState } from "./useReplay";

/** One mark for so many pixels at most. */
const MARK_PX = 7;
/** Those of notes are round, and larger. */
const NOTE_PX = 11;
const STEP_MS = 5_000;
const PAGE_STEP_MS = 30_000;

interface TimelineProps {
  player: SessionPlayer;
  markers: Marker[];
  notes: readonly Note[];
}

/** The seek bar: what is loaded, idle spans, gaps, and a mark for each thing of note and each note. */
export function Timeline({ player, markers, notes }: TimelineProps) {
  const durationMs = usePlayerState(player, (state) => state.durationMs);
  const { ref, width } = useElementSize();
  const [timeStyle] = useTimeStyle();
  return (
    <div className={classes["timeline"]} ref={ref}>
      <Marks player={player} markers={markers} durationMs={durationMs} width={width} timeStyle={timeStyle} />
      <NoteMarks player={player} notes={notes} durationMs={durationMs} width={width} timeStyle={timeStyle} />
      <SeekSlider player={player} durationMs={durationMs} timeStyle={timeStyle} />
    </div>
  );
}

interface NoteMarksProps {
  player: SessionPlayer;
  notes: readonly Note[];
  durationMs: number;
  width: number;
  timeStyle: TimeStyle;
}

/** What people have written, above what happened. */
const NoteMarks = memo(function NoteMarks({ player, notes, durationMs, width, timeStyle }: NoteMarksProps) {
  const marks = useMemo(
    () => noteMarks(notes, durationMs, Math.max(1, Math.floor(width / NOTE_PX))),
    [notes, durationMs, width],
  );
  return (
    <div className={classes["notes"]} data-testid="timeline-notes">
      {marks.map(({ atMs, notes: here }) => {
        const label = here
          .map(
            (note) =>
              `Note on ${aboutOf(note, timeStyle, player.originAt)} by ${note.author}: ${shortened(note.text)}`,
          )
          .join("\n");
        return (
          <button
            key={here[0]!.id}
            type="button"
            // As with the other marks: the tab beside holds the same.
            tabIndex={-1}
            className={classes["noteMark"]}
            style={{ left: `${toPercent(atMs, durationMs)}%` }}
            title={label}
            aria-label={label}
            onClick={() => player.seek(atMs)}
            data-testid="timeline-note"
            data-at-ms={atMs}
          />
        );
      })}
    </div>
  );
});

interface MarksProps {
  player: SessionPlayer;
  markers: Marker[];
  durationMs: number;
  width: number;
  timeStyle: TimeStyle;
}

const Marks = memo(function Marks({ player, markers, durationMs, width, timeStyle }: MarksProps) {
  const marks = useMemo(
    () => timelineMarks(markers, player.originAt, durationMs, Math.max(1, Math.floor(width / MARK_PX))),
    [markers, player.originAt, durationMs, width],
  );
  return (
    <div className={classes["marks"]} data-testid="timeline-markers">
      {marks.map((mark) => {
        const more = mark.count > 1 ? ` (and ${mark.count - 1} more)` : "";
        const what = `${mark.title}${more}`;
        const label = `${KIND_LABELS[mark.kind]} at ${formatMoment(timeStyle, player.originAt, mark.atMs)}: ${what}`;
        return (
          <button
            key={mark.atMs}
            type="button"
            // Thousands of stops would make the keyboard useless; the lists beside hold the same.
            tabIndex={-1}
            className={classes["mark"]}
            style={{ left: `${toPercent(mark.atMs, durationMs)}%` }}
            title={`${label}\n${formatInstant(timeStyle, player.originAt + mark.atMs)}`}
            aria-label={label}
            onClick={() => player.seek(mark.atMs)}
            data-testid="timeline-marker"
            data-kind={mark.kind}
            data-at-ms={mark.atMs}
          />
        );
      })}
    </div>
  );
});

interface SeekSliderProps {
  player: SessionPlayer;
  durationMs: number;
  timeStyle: TimeStyle;
}

/** The position as a slider that mouse, touch and keyboard move. */
function SeekSlider({ player, durationMs, timeStyle }: SeekSliderProps) {
  const positionMs = usePlayerState(player, (state) => state.positionMs);
  const track = useRef<HTMLDivElement>(null);
  const [hoverMs, setHoverMs] = useState<number | null>(null);
  const pending = useRef(0);

  const momentAt = (ms: number) => formatMoment(timeStyle, player.originAt, ms);
  const msAt = (event: PointerEvent) => {
    const box = track.current!.getBoundingClientRect();
    return Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)) * durationMs;
  };
  // While dragging, one seek for each picture drawn: a seek costs more than the pointer's events are apart.
  const scrub = (event: PointerEvent) => {
    const ms = msAt(event);
    cancelAnimationFrame(pending.current);
    pending.current = requestAnimationFrame(() => player.seek(ms));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const target = keyTarget(event.key, player.positionMs, durationMs);
    if (target === null) return;
    event.preventDefault();
    player.seek(target);
  };
  return (
    <div
      ref={track}
      className={classes["track"]}
      role="slider"
      tabIndex={0}
      aria-label="Position"
      aria-valuemin={0}
      aria-valuemax={durationMs}
      aria-valuenow={Math.round(positionMs)}
      aria-valuetext={`${momentAt(positionMs)} of ${momentAt(durationMs)}`}
      data-testid="seek-slider"
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        player.seek(msAt(event));
      }}
      onPointerMove={(event) => {
        setHoverMs(msAt(event));
        if (event.currentTarget.hasPointerCapture(event.pointerId)) scrub(event);
      }}
      onPointerLeave={() => setHoverMs(null)}
    >
      <div className={classes["rail"]}>
        <Spans player={player} durationMs={durationMs} />
        <div className={classes["played"]} style={{ width: `${toPercent(positionMs, durationMs)}%` }} />
      </div>
      <div className={classes["thumb"]} style={{ left: `${toPercent(positionMs, durationMs)}%` }} />
      {hoverMs !== null && (
        <HoverTime player={player} atMs={hoverMs} durationMs={durationMs} moment={momentAt(hoverMs)} />
      )}
    </div>
  );
}

function keyTarget(key: string, positionMs: number, durationMs: number): number | null {
  switch (key) {
    case "ArrowLeft":
    case "ArrowDown":
      return positionMs - STEP_MS;
    case "ArrowRight":
    case "ArrowUp":
      return positionMs + STEP_MS;
    case "PageDown":
      return positionMs - PAGE_STEP_MS;
    case "PageUp":
      return positionMs + PAGE_STEP_MS;
    case "Home":
      return 0;
    case "End":
      return durationMs;
    default:
      return null;
  }
}

const Spans = memo(function Spans({ player, durationMs }: { player: SessionPlayer; durationMs: number }) {
  const idle = usePlayerState(player, (state) => state.idle);
  const gaps = usePlayerState(player, (state) => state.gaps);
  const loaded = usePlayerState(player, (state) => state.loaded);
  const layers: [string, readonly Span[]][] = [
    ["loaded", loaded],
    ["idle", idle],
    ["gap", gaps],
  ];
  return layers.flatMap(([kind, spans]) =>
    spans.map((span) => (
      <div
        key={`${kind}-${span.from}`}
        className={classes[kind]}
        data-testid={`timeline-${kind}`}
        style={{
          left: `${toPercent(span.from, durationMs)}%`,
          width: `${toPercent(span.to, durationMs) - toPercent(span.from, durationMs)}%`,
        }}
      />
    )),
  );
});

/** What lies under the pointer: the time, and whether it is idle or lost. */
function HoverTime({
  player,
  atMs,
  durationMs,
  moment,
}: {
  player: SessionPlayer;
  atMs: number;
  durationMs: number;
  /** How that time is told. */
  moment: string;
}) {
  const idle = usePlayerState(player, (state) => spanAt(state.idle, atMs));
  const gap = usePlayerState(player, (state) => spanAt(state.gaps, atMs));
  const note = gap
    ? `lost, ${formatDuration(gap.to - gap.from)}`
    : idle
      ? `idle, ${formatDuration(idle.to - idle.from)}`
      : "";
  return (
    <div className={classes["hover"]} style={{ left: `${toPercent(atMs, durationMs)}%` }} aria-hidden>
      {moment}
      {note && <span className={classes["note"]}> {note}</span>}
    </div>
  );
}
