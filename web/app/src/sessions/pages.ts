import type { InfiniteData } from "@tanstack/react-query";
import type { Session, SessionPage } from "../api/types";

/** A cursor holds for the very filters that it came with: "the last hour" must be the same hour on each page. */
export interface PageStart {
  cursor: string | null;
  now: number | null;
}

/** A page, and the instant that its filters were reckoned from. */
export interface ListPage extends SessionPage {
  now: number;
}

/** The pages that are loaded. */
export type Pages = InfiniteData<ListPage>;

export const FIRST_PAGE: PageStart = { cursor: null, now: null };

export function onePage(page: ListPage): Pages {
  return { pages: [page], pageParams: [FIRST_PAGE] };
}

/**
 * The pages after another look at the first one. What is known better is told better, and rows stay where they are:
 * somebody is reading. Only a list that fits into one page takes in new sessions by itself.
 */
export function follow(loaded: Pages, latest: ListPage): Pages {
  const [first, second] = loaded.pages;
  if (!first || latest.now < first.now) return loaded;
  if (!second && first.sessions.length === 0) return onePage(latest);
  const isWhole = !second && first.nextCursor === null && latest.nextCursor === null;
  if (isWhole) {
    const { sessions } = first;
    const there = { ...first, sessions: sessions.filter(({ id }) => has(latest, id)) };
    return onePage({ ...latest, sessions: insert(renewed(there, latest), latest.sessions) });
  }
  return { ...loaded, pages: loaded.pages.map((page) => ({ ...page, sessions: renewed(page, latest) })) };
}

/**
 * The pages after a walk from the top through as many as are loaded: all rows are told anew, and those it should have
 * come by and did not are gone, erased or expired.
 */
export function afterWalk(loaded: Pages, walk: ListPage): Pages {
  const followed = follow(loaded, walk);
  if (followed === loaded) return loaded;
  const listed = sessionsOf(followed);
  const passed = walk.nextCursor === null ? listed.length : listed.findLastIndex(({ id }) => has(walk, id));
  const gone = new Set(listed.slice(0, Math.max(0, passed)).map(({ id }) => id));
  walk.sessions.forEach(({ id }) => gone.delete(id));
  return {
    ...followed,
    pages: followed.pages.map((page) => ({
      ...page,
      sessions: page.sessions.filter(({ id }) => !gone.has(id)),
    })),
  };
}

function has(page: ListPage, session: string): boolean {
  return page.sessions.some(({ id }) => id === session);
}

/** How many sessions another look at the first page shows that no loaded page has. */
export function countNew(loaded: Pages, latest: ListPage): number {
  const known = new Set(sessionsOf(loaded).map(({ id }) => id));
  return latest.sessions.filter(({ id }) => !known.has(id)).length;
}

/** What the pages list, each session once: one may move from a page to the next between two requests. */
export function sessionsOf(loaded: Pages): Session[] {
  const sessions = loaded.pages.flatMap((page) => page.sessions);
  return [...new Map(sessions.map((session) => [session.id, session])).values()];
}

function renewed(page: ListPage, latest: ListPage): Session[] {
  const byId = new Map(latest.sessions.map((session) => [session.id, session]));
  return page.sessions.map((session) => {
    const now = byId.get(session.id);
    return now && now.rev >= session.rev ? now : session;
  });
}

/** Puts each session that is missing behind the one that it follows in the order of the server. */
function insert(sessions: Session[], ordered: Session[]): Session[] {
  const ids = new Set(sessions.map(({ id }) => id));
  const all = [...sessions];
  for (const [index, session] of ordered.entries()) {
    if (ids.has(session.id)) continue;
    const before = ordered[index - 1]?.id;
    all.splice(all.findIndex(({ id }) => id === before) + 1, 0, session);
  }
  return all;
}
