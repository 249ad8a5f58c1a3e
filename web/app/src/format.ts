/** 0:07, 12:40, 1:02:03: how players write time. */
export function formatClock(ms: number): string {
  const total = Math.max(0, Math.floor(ms / 1_000));
  const seconds = String(total % 60).padStart(2, "0");
  const minutes = Math.floor(total / 60) % 60;
  const hours = Math.floor(total / 3_600);
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}:${seconds}` : `${minutes}:${seconds}`;
}

/** 340 ms, 12 s, 4 min 10 s, 1 h 3 min. */
export function formatDuration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
  const hours = Math.floor(minutes / 60);
  return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
}

const RELATIVE = new Intl.RelativeTimeFormat("en", { numeric: "auto", style: "short" });

export function formatRelative(at: number, now: number): string {
  const seconds = Math.round((at - now) / 1_000);
  const size = Math.abs(seconds);
  if (size < 10) return "just now";
  if (size < 60) return RELATIVE.format(seconds, "second");
  if (size < 3_600) return RELATIVE.format(Math.round(seconds / 60), "minute");
  if (size < 86_400) return RELATIVE.format(Math.round(seconds / 3_600), "hour");
  return RELATIVE.format(Math.round(seconds / 86_400), "day");
}

/** By which clock an instant is told: that of the browser, or that of most servers' logs. */
export type Zone = "local" | "utc";

const TIME = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" } as const;
const TIME_OF_DAY = inBothZones(TIME);
const ABSOLUTE = inBothZones({
  year: "numeric",
  month: "short",
  day: "numeric",
  ...TIME,
  timeZoneName: "short",
});

function inBothZones(options: Intl.DateTimeFormatOptions): Record<Zone, Intl.DateTimeFormat> {
  return {
    local: new Intl.DateTimeFormat("en", options),
    utc: new Intl.DateTimeFormat("en", { ...options, timeZone: "UTC" }),
  };
}

const SHORT = {
  month: "short",
  day: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
} as const;
const ABSOLUTE_SHORT = new Intl.DateTimeFormat("en", SHORT);
const ABSOLUTE_SHORT_WITH_YEAR = new Intl.DateTimeFormat("en", { ...SHORT, year: "numeric" });

/** Dec 21, 2026, 13:00:00 GMT+1: what can be sent to somebody who lives by another clock. */
export function formatAbsolute(at: number, zone: Zone = "local"): string {
  return ABSOLUTE[zone].format(at);
}

/** 13:00:07, with {@link zoneName} beside it or near. */
export function formatTimeOfDay(at: number, zone: Zone): string {
  return TIME_OF_DAY[zone].format(at);
}

/** GMT+1: what the zone is called at this instant. */
export function zoneName(at: number, zone: Zone): string {
  return ABSOLUTE[zone].formatToParts(at).find(({ type }) => type === "timeZoneName")?.value ?? "";
}

/** Dec 21, 13:00, with the year if it is not this one. */
export function formatAbsoluteShort(at: number, now = Date.now()): string {
  const isThisYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return (isThisYear ? ABSOLUTE_SHORT : ABSOLUTE_SHORT_WITH_YEAR).format(at);
}

export function formatBytes(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  const units = ["kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = "B";
  for (const next of units) {
    if (value < 1_000) break;
    value /= 1_000;
    unit = next;
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${unit}`;
}

export function formatCount(count: number): string {
  return count.toLocaleString("en");
}

/** A recorded address in two parts, for display: recorded text is never used as a link. */
export function splitUrl(url: string): { host: string; path: string } {
  try {
    const parsed = new URL(url);
    return { host: parsed.host || parsed.protocol, path: parsed.pathname + parsed.search + parsed.hash };
  } catch {
    return { host: "", path: url };
  }
}
