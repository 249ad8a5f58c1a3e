import { Button, Center, Loader, Stack, Text } from "@mantine/core";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useEffect, useRef, useState } from "react";
import type { Marker } from "../../api/types";
import { formatCount } from "../../format";
import type { SessionPlayer } from "../../player/sessionPlayer";
import { currentIndex } from "../markers";
import { formatInstant, formatMoment, useTimeStyle } from "../timeStyle";
import { type MarkersQuery, usePlayerState } from "../useReplay";
import classes from "./MarkerList.module.css";

interface MarkerListProps {
  player: SessionPlayer;
  query: MarkersQuery;
  /** Those of the query that the filter lets through. */
  markers: Marker[];
  /** What a row shows beside its time; `expanded` says whether it is opened. */
  render: (marker: Marker, expanded: boolean) => ReactNode;
  /** What an opened row shows below, to be read and copied: a click there does not seek. */
  details?: (marker: Marker) => ReactNode;
  /** Whether a row has more to show when opened. */
  canExpand?: (marker: Marker) => boolean;
  label: string;
  testId: string;
  empty: string;
}

/**
 * Markers as a list that follows the play time: the last one reached is marked and kept in view, unless somebody
 * scrolls the list by hand. A click on a row seeks to it.
 */
export function MarkerList(props: MarkerListProps) {
  const { query, markers, label, testId, empty } = props;
  if (query.isPending) {
    return (
      <Center py="xl">
        <Loader size="sm" aria-label={`Loading: ${label}`} />
      </Center>
    );
  }
  return (
    <>
      {query.data?.truncated && (
        <Text size="xs" c="dimmed" px={12} py={4}>
          There is too much to be listed whole: only the first {formatCount(query.data.markers.length)} are
          looked at.
        </Text>
      )}
      {query.error && (
        <Stack align="center" gap="xs" py="xl" px="md" role="alert">
          <Text size="sm" c="dimmed" ta="center">
            {query.error.message}
          </Text>
          <Button size="xs" variant="default" onClick={() => void query.refetch()}>
            Try again
          </Button>
        </Stack>
      )}
      {markers.length > 0 && <Rows {...props} key={testId} />}
      {markers.length === 0 && !query.error && (
        <Text size="sm" c="dimmed" ta="center" py="xl" px="md">
          {empty}
        </Text>
      )}
    </>
  );
}

/** More than this may not fit into the three lines that a closed row has, in the narrowest panel. */
const SHORT_CHARS = 80;

/** Whether a message may have more to show when its row is opened. */
export function isLong(message: string): boolean {
  return message.length > SHORT_CHARS || message.split("\n").length > 3;
}

const ROW_PX = 32;

/** Keys that scroll a list. */
const SCROLLING = new Set(["ArrowUp", "ArrowDown", "PageUp", "PageDown", "Home", "End"]);

/** The same for a marker each time that it is fetched. */
function keyOf({ at, window, kind, title }: Marker): string {
  return [at, window, kind, title].join(" ");
}

/** Whether text of the element is selected: dragging over it ends in a click that is none. */
function isSelectedIn(element: Element): boolean {
  const selection = window.getSelection();
  return selection !== null && !selection.isCollapsed && selection.getRangeAt(0).intersectsNode(element);
}

function Rows({ player, markers, render, details, canExpand, label, testId }: MarkerListProps) {
  const current = usePlayerState(player, (state) =>
    currentIndex(markers, player.originAt + state.positionMs),
  );
  const [timeStyle] = useTimeStyle();
  const scroller = useRef<HTMLDivElement>(null);
  const [follows, setFollows] = useState(true);
  const [expanded, setExpanded] = useState<ReadonlySet<string>>(new Set());
  const rows = useVirtualizer({
    count: markers.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 12,
  });
  useEffect(() => {
    if (follows && current >= 0) rows.scrollToIndex(current, { align: "center" });
  }, [follows, current, rows]);

  const toggle = (marker: Marker) => {
    const next = new Set(expanded);
    const key = keyOf(marker);
    if (!next.delete(key)) next.add(key);
    setExpanded(next);
  };
  return (
    <div className={classes["frame"]}>
      <div
        ref={scroller}
        className={classes["scroller"]}
        onWheel={() => setFollows(false)}
        onTouchMove={() => setFollows(false)}
        onKeyDown={(event) => SCROLLING.has(event.key) && setFollows(false)}
        // The element itself is met beside its rows only: at the scrollbar.
        onPointerDown={(event) => event.target === event.currentTarget && setFollows(false)}
        // A list that scrolls must be reachable with the keyboard.
        tabIndex={0}
        role="region"
        aria-label={label}
      >
        <ul className={classes["list"]} style={{ height: rows.getTotalSize() }} data-testid={testId}>
          {rows.getVirtualItems().map((item) => {
            const marker = markers[item.index]!;
            const isOpen = expanded.has(keyOf(marker));
            return (
              <li
                key={item.key}
                ref={rows.measureElement}
                data-index={item.index}
                className={classes["row"]}
                style={{ transform: `translateY(${item.start}px)` }}
                data-testid={`${testId}-row`}
                data-kind={marker.kind}
                data-level={marker.level ?? undefined}
                data-at-ms={marker.at - player.originAt}
                data-current={item.index === current || undefined}
                data-ahead={item.index > current || undefined}
              >
                <button
                  type="button"
                  className={classes["time"]}
                  data-style={timeStyle}
                  title={formatInstant(timeStyle, marker.at)}
                  onClick={() => player.seek(marker.at - player.originAt)}
                >
                  <span className="visually-hidden">Go to </span>
                  {formatMoment(timeStyle, player.originAt, marker.at - player.originAt)}
                </button>
                <div className={classes["body"]}>
                  <div
                    className={classes["line"]}
                    onClick={(event) => {
                      if (!isSelectedIn(event.currentTarget)) player.seek(marker.at - player.originAt);
                    }}
                    data-testid={`${testId}-line`}
                  >
                    {render(marker, isOpen)}
                  </div>
                  {isOpen && details?.(marker)}
                </div>
                {canExpand?.(marker) && (
                  <button
                    type="button"
                    className={classes["expand"]}
                    aria-expanded={isOpen}
                    aria-label={isOpen ? "Show less" : "Show more"}
                    onClick={() => toggle(marker)}
                  >
                    {isOpen ? "−" : "+"}
                  </button>
                )}
              </li>
            );
          })}
        </ul>
      </div>
      {!follows && (
        <Button
          size="compact-xs"
          variant="default"
          className={classes["followButton"]}
          onClick={() => setFollows(true)}
        >
          Follow the play time
        </Button>
      )}
    </div>
  );
}
