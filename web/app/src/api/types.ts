/** The read API's JSON. Instants are epoch milliseconds; what is not known is null. */

/** What somebody may do: a viewer finds and plays sessions, an admin does everything else too. */
export type Role = "admin" | "viewer";

export interface Me {
  name: string;
  role: Role;
}

export interface Project {
  slug: string;
  number: number;
  name: string;
}

export interface ProjectKeys {
  keys: ProjectKey[];
  /** The first key's; null if there is no key. */
  snippet: string | null;
}

export interface ProjectKey {
  key: string;
  createdAt: number;
  snippet: string;
}

export interface SessionCounts {
  clicks: number;
  rageClicks: number;
  deadClicks: number;
  errors: number;
  consoleErrors: number;
  failedRequests: number;
  navigations: number;
  customEvents: number;
}

export interface Session {
  id: string;
  project: string;
  user: { id: string; traits: Record<string, unknown> | null } | null;
  startedAt: number;
  lastEventAt: number;
  durationMs: number;
  activeMs: number | null;
  phase: "live" | "settled";
  restricted: boolean;
  windows: number;
  events: number;
  bytesRaw: number | null;
  bytesStored: number | null;
  counts: SessionCounts;
  entryUrl: string | null;
  exitUrl: string | null;
  browser: string | null;
  os: string | null;
  device: string | null;
  country: string | null;
  sdk: string | null;
  release: string | null;
  tags: Record<string, string>;
  /** Retention passes it over. */
  pinned: boolean;
  /** Legal hold: neither expires nor can be erased. */
  held: boolean;
  expiresAt: number | null;
  rev: number;
  behindMs: number | null;
}

export interface SessionPage {
  sessions: Session[];
  nextCursor: string | null;
}

export interface ManifestWindow {
  id: string;
  firstAt: number;
  lastAt: number;
  events: number;
  fullSnapshots: number[];
}

/** One stored zstd frame of one window: the unit in which events are asked for. */
export interface ManifestFrame {
  id: string;
  window: string;
  firstAt: number;
  lastAt: number;
  /** The exact number of lines that the frame yields. */
  events: number;
  bytes: number;
  bytesRaw: number;
  fullSnapshots: number[];
}

/** Uploads that never arrived, between two that did. */
export interface ManifestGap {
  window: string;
  afterSeq: number | null;
  beforeSeq: number | null;
  from: number;
  to: number;
}

export interface Manifest {
  session: Session;
  rev: number;
  behindMs: number | null;
  windows: ManifestWindow[];
  frames: ManifestFrame[];
  gaps: ManifestGap[];
}

export type MarkerKind =
  | "navigation"
  | "click"
  | "rageClick"
  | "deadClick"
  | "error"
  | "console"
  | "request"
  | "failedRequest"
  | "custom"
  | "idle";

export type ConsoleLevel = "log" | "info" | "warn" | "error" | "debug";

export interface Marker {
  at: number;
  window: string;
  kind: MarkerKind;
  title: string;
  durationMs?: number | null;
  level?: ConsoleLevel | null;
  data?: Record<string, unknown> | null;
}

/** What the live stream says of a change; without `grown` the manifest is to be fetched. */
export interface LiveChange {
  rev: number;
  /** The rev of the manifest that `grown` is to be added to. */
  since: number | null;
  /** The manifest at `rev`, but only with the frames that were added. */
  grown: Manifest | null;
}

/** Which markers of a session are asked for. */
export interface MarkerChoice {
  kinds: readonly MarkerKind[];
  /** Of the console's lines those of these levels only; all if it is not given. */
  levels?: readonly ConsoleLevel[];
}

export interface MarkerList {
  rev: number;
  markers: Marker[];
  truncated: boolean;
}

/** A link to one session for people without an account. */
export interface Share {
  id: string;
  madeBy: string;
  createdAt: number;
  expiresAt: number;
  /** Where the replay begins, from the session's start. */
  startMs: number;
}

export interface Shares {
  /** Whether links can be made here, and work. */
  enabled: boolean;
  shares: Share[];
}

export interface NewShare {
  lastsHours: number;
  startMs: number;
}

/** The only answer that has the link. */
export interface CreatedShare extends Share {
  token: string;
  url: string;
}

/** What somebody has written about a session. */
export interface Note {
  id: string;
  /** An account or an API token, by its name at the time. */
  author: string;
  createdAt: number;
  /** Which moment, counted from the session's start, which need not be where a player's positions begin; null for the whole session. */
  atMs: number | null;
  text: string;
}

export interface NewNote {
  text: string;
  atMs: number | null;
}

/** One who has watched a session. */
export interface View {
  /** An account's or an API token's name, or a share's id. */
  viewer: string;
  kind: "person" | "token" | "share";
  /** Who made the share. */
  madeBy: string | null;
  firstAt: number;
  lastAt: number;
  /** Viewings, with about 30 minutes or more between one and the next. */
  times: number;
}

/** What whoever has a link is told. */
export interface SharedSession {
  session: Session;
  startMs: number;
  expiresAt: number;
}

export interface Problem {
  code: string;
  title?: string;
  status: number;
  detail?: string;
  requestId?: string;
}
