import type { PageRules } from "./pages";

/** What the page's author says in the script tag. */
export interface Snippet {
  readonly key: string;
  /** Address of the server with no slash at its end; it may hold a path. */
  readonly base: string;
  readonly release?: string;
  /** Recording waits for `tapedeck.start()`. */
  readonly manual: boolean;
}

export type MaskingLevel = "strict" | "balanced" | "open";

export interface MaskingRules {
  readonly level: MaskingLevel;
  readonly version: number;
  readonly maskSelectors: readonly string[];
  readonly blockSelectors: readonly string[];
  readonly ignoreSelectors: readonly string[];
}

/** What the server's admin says: `GET {base}/ingest/v1/config`. */
export interface RemoteConfig {
  readonly recording: boolean;
  readonly sampleRate: number;
  readonly masking: MaskingRules;
  readonly consentRequired: boolean;
  readonly unloadBytesMax: number;
  readonly flushMs: number;
  readonly idleMs: number;
  readonly sessionMs: number;
  readonly console: boolean;
  readonly network: boolean;
  readonly errors: boolean;
  readonly pages: PageRules;
  /** A session shorter than this is not sent. */
  readonly minimumDurationMs: number;
  /** Address of the web app up to and including the slash before a session's id. */
  readonly appUrl: string;
}

/** Reads the script tag; null where it has no write key or its server cannot be told. */
export function readSnippet(script: HTMLScriptElement): Snippet | null {
  const key = script.dataset.key;
  const base = script.dataset.endpoint ?? baseOf(script.src);
  if (!key || !base) {
    return null;
  }
  const release = script.dataset.release;
  return {
    key,
    base: base.replace(/\/+$/, ""),
    manual: script.dataset.start === "manual",
    ...(release ? { release } : {}),
  };
}

/** `https://host/a/b/recorder.js?x` and `https://host/a/b/recorder/1.0.js` both give `https://host/a/b`. */
function baseOf(src: string): string | null {
  const match = /^(https?:\/\/[^?#]*?)\/recorder(?:\/[^/?#]+)?\.js(?:[?#].*)?$/.exec(src);
  return match?.[1] ?? null;
}

/**
 * Reads the server's answer. An answer that is not understood in a matter of privacy (level, selectors, consent)
 * gives the stricter reading; one that is not an object at all gives null.
 */
export function readConfig(json: unknown): RemoteConfig | null {
  if (typeof json !== "object" || json === null) {
    return null;
  }
  const root = json as Json;
  const masking = object(root.masking);
  const limits = object(root.limits);
  const session = object(root.session);
  const capture = object(root.capture);
  const urls = object(root.urls);
  return {
    recording: root.recording === true,
    sampleRate: number(root.sampleRate, 1, 0, 1),
    masking: {
      level: masking.level === "open" || masking.level === "balanced" ? masking.level : "strict",
      version: number(masking.version, 1, 1, 1_000_000),
      maskSelectors: strings(masking.maskSelectors),
      blockSelectors: strings(masking.blockSelectors),
      ignoreSelectors: strings(masking.ignoreSelectors),
    },
    consentRequired: root.consent !== "none",
    unloadBytesMax: number(limits.unloadBytesMax, 61_440, 0, 65_536),
    flushMs: number(limits.flushMs, 4_000, 250, 60_000),
    idleMs: number(session.idleMs, 1_800_000, 1_000, 86_400_000),
    sessionMs: number(session.maxMs, 86_400_000, 1_000, 604_800_000),
    console: capture.console === true,
    network: capture.network === true,
    errors: capture.errors === true,
    pages: { include: strings(urls.include), exclude: strings(urls.exclude) },
    minimumDurationMs: number(root.minimumDurationMs, 0, 0, 60_000),
    appUrl: typeof root.appUrl === "string" ? root.appUrl : "",
  };
}

type Json = Record<string, unknown>;

function object(value: unknown): Json {
  return typeof value === "object" && value !== null ? (value as Json) : {};
}

function number(value: unknown, fallback: number, min: number, max: number): number {
  return typeof value === "number" && value >= min && value <= max ? value : fallback;
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((entry): entry is string => typeof entry === "string") : [];
}
