import type { ProjectChange, ProjectDetails } from "../../api/adminTypes";

/** What the form of a project's settings holds; the share as it is typed, in percent. */
export interface Settings extends Pick<ProjectDetails, "name" | "recording" | "masking" | "onLessMasking"> {
  percent: number | string;
}

export function toSettings(details: ProjectDetails): Settings {
  const { name, recording, sampleRate, masking, onLessMasking } = details;
  return { name, recording, percent: sampleRate * 100, masking, onLessMasking };
}

/** What the server is told of a change of these settings. */
export function toProjectChange({ name, percent, ...rest }: Partial<Settings>): ProjectChange {
  const sampleRate = percent === undefined ? null : toShare(percent);
  return {
    ...rest,
    ...(name === undefined ? {} : { name: name.trim() }),
    ...(sampleRate === null ? {} : { sampleRate }),
  };
}

/** The slug that a name suggests: what is left of it in the characters that a slug may have. */
export function suggestSlug(name: string): string {
  return name
    .normalize("NFD")
    .toLowerCase()
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+/, "")
    .slice(0, 40)
    .replace(/-+$/, "");
}

export function slugProblem(slug: string): string | null {
  return /^[a-z][a-z0-9-]{0,39}$/.test(slug)
    ? null
    : "1 to 40 characters of a–z, 0–9 and -, beginning with a letter";
}

/** The origins in a text with one a line; what is not one, by its text. */
export function parseOrigins(text: string): { origins: string[]; wrong: string[] } {
  const lines = text
    .split(/[\s,]+/)
    .map((line) => line.trim())
    .filter(Boolean);
  const origins = lines.map(toOrigin);
  return {
    origins: [...new Set(origins.filter((origin) => origin !== null))],
    wrong: lines.filter((_, index) => origins[index] === null),
  };
}

/** Pasted addresses are taken for their origin; what has no host is none. */
function toOrigin(text: string): string | null {
  try {
    const url = new URL(text);
    if (url.origin !== "null") return url.origin;
    return url.host && url.username === "" ? `${url.protocol}//${url.host}` : null;
  } catch {
    return null;
  }
}

/** Shares are typed in percent, with up to two decimals. */
export function toShare(percent: number | string): number | null {
  return typeof percent === "number" && percent >= 0 && percent <= 100
    ? Math.round(percent * 100) / 10_000
    : null;
}

export function keyProblem(key: string): string | null {
  return /^[A-Za-z0-9_.-]{0,200}$/.test(key) && !/^\.+$/.test(key)
    ? null
    : "1 to 200 characters of A–Z, a–z, 0–9, _, . and -";
}
