import { useLocalStorage } from "@mantine/hooks";
import { type Zone, formatAbsolute, formatClock, formatTimeOfDay } from "../format";

/** How moments of a session are told: from its start, or as clocks showed them here or in UTC. */
export type TimeStyle = "elapsed" | Zone;

export const TIME_STYLES: readonly { value: TimeStyle; label: string }[] = [
  { value: "elapsed", label: "Time elapsed" },
  { value: "local", label: "Local time" },
  { value: "utc", label: "UTC" },
];

/** The style that this browser's user chose, in whichever session that was. */
export function useTimeStyle(): [TimeStyle, (style: TimeStyle) => void] {
  const [style, setStyle] = useLocalStorage<TimeStyle>({
    key: "tapedeck.timeStyle",
    defaultValue: "elapsed",
    getInitialValueInEffect: false,
    serialize: (value) => value,
    deserialize: (text) => TIME_STYLES.find(({ value }) => value === text)?.value ?? "elapsed",
  });
  return [style, setStyle];
}

/** A moment as short as it can be: 12:40, or 13:00:07. `atMs` counts from `originAt`. */
export function formatMoment(style: TimeStyle, originAt: number, atMs: number): string {
  return style === "elapsed" ? formatClock(atMs) : formatTimeOfDay(originAt + atMs, style);
}

/** The whole date and time of an instant, with its time zone. */
export function formatInstant(style: TimeStyle, at: number): string {
  return formatAbsolute(at, style === "elapsed" ? "local" : style);
}
