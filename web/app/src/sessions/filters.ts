/** What the list of sessions is narrowed to. Lives in the address, so that a list can be sent as a link. */
export interface Filters {
  user: string;
  url: string;
  q: string;
  browser: string;
  os: string;
  /** One of DEVICES. */
  device: string;
  /** A tag and its value, as `name:value`. */
  tag: string;
  /** The name of a custom event. */
  event: string;
  hasErrors: boolean;
  rage: boolean;
  minSeconds: number | null;
  /** One of RANGES, or `custom` with `from` and `to`. */
  range: string;
  from: number | null;
  to: number | null;
  sort: string;
}

export const SORTS = [
  { value: "-startedAt", label: "Newest first" },
  { value: "startedAt", label: "Oldest first" },
  { value: "-lastEventAt", label: "Last active" },
  { value: "-durationMs", label: "Longest" },
  { value: "-errors", label: "Most errors" },
] as const;

const HOUR_MS = 3_600_000;

export const RANGES = [
  { value: "", label: "Any time", ms: null },
  { value: "1h", label: "Last hour", ms: HOUR_MS },
  { value: "24h", label: "Last 24 hours", ms: 24 * HOUR_MS },
  { value: "7d", label: "Last 7 days", ms: 7 * 24 * HOUR_MS },
  { value: "30d", label: "Last 30 days", ms: 30 * 24 * HOUR_MS },
  { value: "custom", label: "Between…", ms: null },
] as const;

export const MIN_DURATIONS = [
  { value: "", label: "Any length" },
  { value: "5", label: "≥ 5 s" },
  { value: "30", label: "≥ 30 s" },
  { value: "60", label: "≥ 1 min" },
  { value: "300", label: "≥ 5 min" },
  { value: "1800", label: "≥ 30 min" },
] as const;

export const DEVICES = [
  { value: "", label: "Any device" },
  { value: "desktop", label: "Desktop" },
  { value: "mobile", label: "Mobile" },
  { value: "tablet", label: "Tablet" },
] as const;

export const NO_FILTERS: Filters = {
  user: "",
  url: "",
  q: "",
  browser: "",
  os: "",
  device: "",
  tag: "",
  event: "",
  hasErrors: false,
  rage: false,
  minSeconds: null,
  range: "",
  from: null,
  to: null,
  sort: "-startedAt",
};

export function parseFilters(params: URLSearchParams): Filters {
  const text = (name: string) => params.get(name) ?? "";
  const number = (name: string) => {
    const value = Number(params.get(name));
    return params.has(name) && Number.isFinite(value) && value >= 0 ? value : null;
  };
  const range = text("range");
  const device = text("device");
  const tag = text("tag");
  const sort = text("sort");
  return {
    user: text("user"),
    url: text("url"),
    q: text("q"),
    browser: text("browser"),
    os: text("os"),
    device: DEVICES.some((known) => known.value === device) ? device : "",
    tag: isTag(tag) ? tag : "",
    event: text("event"),
    hasErrors: text("errors") === "1",
    rage: text("rage") === "1",
    minSeconds: number("min"),
    range: RANGES.some((known) => known.value === range) ? range : "",
    from: number("from"),
    to: number("to"),
    sort: SORTS.some((known) => known.value === sort) ? sort : NO_FILTERS.sort,
  };
}

/** Whether the API takes this for a tag; it refuses what has no name before a colon. */
export function isTag(text: string): boolean {
  return text.trim().indexOf(":") > 0;
}

/** The address's query for these filters; what is not set is left out. */
export function writeFilters(filters: Filters): URLSearchParams {
  const params = new URLSearchParams();
  const set = (name: string, value: string | number | null) => {
    if (value !== null && value !== "") params.set(name, String(value));
  };
  set("user", filters.user);
  set("url", filters.url);
  set("q", filters.q);
  set("browser", filters.browser);
  set("os", filters.os);
  set("device", filters.device);
  set("tag", filters.tag);
  set("event", filters.event);
  set("errors", filters.hasErrors ? "1" : "");
  set("rage", filters.rage ? "1" : "");
  set("min", filters.minSeconds);
  set("range", filters.range);
  if (filters.range === "custom") {
    set("from", filters.from);
    set("to", filters.to);
  }
  if (filters.sort !== NO_FILTERS.sort) set("sort", filters.sort);
  return params;
}

/** "Last hour" moves on with the clock, but not at every look: to the minute, or no page could be kept. */
const RANGE_STEP_MS = 60_000;

/** The same filters as the API takes them. */
export function toApiQuery(
  filters: Filters,
  now: number,
  limit: number,
  cursor: string | null,
): URLSearchParams {
  const params = new URLSearchParams();
  for (const name of ["user", "url", "q", "browser", "os", "device", "tag", "event"] as const) {
    const value = filters[name].trim();
    if (value) params.set(name, value);
  }
  if (filters.hasErrors) params.set("hasErrors", "true");
  if (filters.rage) params.set("rage", "true");
  if (filters.minSeconds) params.set("minDurationMs", String(filters.minSeconds * 1_000));
  const rangeMs = RANGES.find((range) => range.value === filters.range)?.ms;
  if (rangeMs) params.set("from", String(Math.floor((now - rangeMs) / RANGE_STEP_MS) * RANGE_STEP_MS));
  if (filters.range === "custom") {
    if (filters.from !== null) params.set("from", String(filters.from));
    if (filters.to !== null) params.set("to", String(filters.to));
  }
  params.set("sort", filters.sort);
  params.set("limit", String(limit));
  if (cursor) params.set("cursor", cursor);
  return params;
}

/** How many filters narrow the list; the order does not. */
export function countFilters(filters: Filters): number {
  const params = writeFilters({ ...filters, sort: NO_FILTERS.sort });
  params.delete("from");
  params.delete("to");
  return [...params.keys()].length;
}
