/** The admins' side of the API's JSON. Instants are epoch milliseconds; what is not known is null. */

import type { Role } from "./types";

export type Masking = "open" | "balanced" | "strict";
export type OnLessMasking = "redact" | "reject";

export interface ProjectDetails {
  slug: string;
  number: number;
  name: string;
  masking: Masking;
  onLessMasking: OnLessMasking;
  origins: string[];
  sampleRate: number;
  recording: boolean;
  capture: Capture;
  retention: Retention;
}

/** What recorders capture. */
export interface Capture {
  console: boolean;
  network: boolean;
  networkHeaders: boolean;
  networkBodies: boolean;
  errors: boolean;
  selectors: { mask: string[]; block: string[]; ignore: string[] };
  urls: { include: string[]; exclude: string[] };
  minimumDurationMs: number;
  consent: "none" | "required";
}

/** What is not named stays, within `capture` and its `selectors` and `urls` too. */
export type ProjectChange = Partial<
  Pick<ProjectDetails, "name" | "masking" | "onLessMasking" | "origins" | "sampleRate" | "recording">
> & { capture?: CaptureChange };

export type CaptureChange = Partial<Omit<Capture, "selectors" | "urls">> & {
  selectors?: Partial<Capture["selectors"]>;
  urls?: Partial<Capture["urls"]>;
};

export interface Retention {
  keepHours: number;
  rules: RetentionRule[];
}

export type RuleKind = "tag" | "trait" | "errors" | "url";

export interface RetentionRule {
  kind: RuleKind;
  name: string | null;
  value: string | null;
  keepHours: number;
}

export interface RetentionPreview {
  sessions: number;
  bytes: number;
  sessionsKept: number;
  bytesKept: number;
}

export type ErasureKind = "session" | "user" | "project";

export interface Erasure {
  id: string;
  number: number;
  kind: ErasureKind;
  project: string;
  name: string | null;
  reason: string | null;
  requestedBy: string;
  requestedAt: number;
  sessions: number;
  finalAt: number | null;
  outstanding: Outstanding | null;
  certificate: Certificate | null;
}

/** As far as the page shows it by itself; all of it is in the download. */
export interface Certificate {
  objectsDeleted: number;
  bytesDeleted: number;
  objects: { key: string; bytes: number; deletedAt: number | null }[];
  /** Journals that were cleared, by node. */
  nodes: string[];
  outOfReach: string[];
  /** SHA-256 of the certificate's text without this member. */
  digest: string;
}

export interface Outstanding {
  sessions: number;
  objects: number;
  segments: number;
  intents: number;
  nodes: StoreNode[];
}

/** A process with a journal. */
export interface StoreNode {
  id: string;
  erasuresPassed: number;
  seenAt: number | null;
}

export interface ErasurePage {
  erasures: Erasure[];
  nextCursor: string | null;
}

export interface NodeList {
  nodes: StoreNode[];
  newestErasure: number;
}

export interface Storage {
  sessions: number;
  unsettledSessions: number;
  bytesRaw: number;
  bytesStored: number;
  removed: {
    sessionsExpired: number;
    bytesExpired: number;
    sessionsErased: number;
    bytesErased: number;
  };
  system: {
    sessions: number;
    unsettledSessions: number;
    segments: number;
    recordings: number;
    doomedObjects: number;
    journalBytes: number | null;
  };
}

export interface AuditEntry {
  number: number;
  at: number;
  actor: string;
  action: string;
  project: string | null;
  subject: string | null;
  detail: unknown;
}

export interface AuditPage {
  entries: AuditEntry[];
  nextCursor: string | null;
}

/** Somebody's account. */
export interface User {
  name: string;
  role: Role;
  /** Logins that have not ended. */
  logins: number;
}

export interface ApiToken {
  /** Not the token: it lets nobody in. */
  id: string;
  name: string;
  role: Role;
  createdAt: number;
}

/** The only answer that has the token itself. */
export interface MadeToken extends ApiToken {
  token: string;
}
