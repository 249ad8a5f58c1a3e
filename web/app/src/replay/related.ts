import type { Session } from "../api/types";

/** Recordings that far apart may still be of one visit. */
const APART_MS_MAX = 30 * 60_000;

/** No session is longer; the list can only be asked for when sessions started. */
const SESSION_MS_MAX = 24 * 3_600_000;

const LISTED_MAX = 50;

/** The tag by which some recorders' sessions of one browser are known, whoever uses it. */
const VISITOR_TAG = "visitor";

type Known = Pick<Session, "id" | "user" | "tags" | "startedAt" | "lastEventAt">;

/** What to ask the session list for: others of the same user, and of the same browser. */
export function relatedQueries({ user, tags, startedAt, lastEventAt }: Known): URLSearchParams[] {
  const visitor = tags[VISITOR_TAG];
  const filters: [name: string, value: string][] = [];
  if (user) filters.push(["user", user.id]);
  if (visitor) filters.push(["tag", `${VISITOR_TAG}:${visitor}`]);
  return filters.map(
    ([name, value]) =>
      new URLSearchParams({
        from: String(startedAt - SESSION_MS_MAX - APART_MS_MAX),
        to: String(lastEventAt + APART_MS_MAX),
        limit: String(LISTED_MAX),
        [name]: value,
      }),
  );
}

/** Those of the sessions found that were recorded at about the same time, by when they started. */
export function related<S extends Known>(session: Known, found: readonly S[]): S[] {
  const others = new Map(found.map((other) => [other.id, other]));
  others.delete(session.id);
  return [...others.values()]
    .filter(
      (other) =>
        other.startedAt <= session.lastEventAt + APART_MS_MAX &&
        other.lastEventAt >= session.startedAt - APART_MS_MAX,
    )
    .sort((a, b) => a.startedAt - b.startedAt);
}

/** Where in another recording the same instant is, in ms; 0 if it was not recorded then. */
export function sameInstant(other: Pick<Session, "startedAt" | "lastEventAt">, at: number): number {
  return at > other.startedAt && at < other.lastEventAt ? Math.floor(at - other.startedAt) : 0;
}
