import { describe, expect, test } from "vitest";
import type { Session } from "../../api/types";
import { type ListPage, type Pages, afterWalk, countNew, follow, onePage, sessionsOf } from "../pages";

const session = (id: string, rev = 1) => ({ id, rev }) as Session;
const page = (ids: string, nextCursor: string | null = null, now = 1): ListPage => ({
  sessions: [...ids].map((id) => session(id)),
  nextCursor,
  now,
});
const twoPages: Pages = { pages: [page("dc", "c1"), page("ba")], pageParams: [] };
const ids = (loaded: Pages) =>
  sessionsOf(loaded)
    .map(({ id }) => id)
    .join("");

describe("a list of several pages", () => {
  test("keeps its rows and their order", () => {
    expect(ids(follow(twoPages, page("ec", "c2", 2)))).toBe("dcba");
    expect(ids(follow(onePage(page("dc", "c1")), page("cd", "c2", 2)))).toBe("dc");
  });

  test("counts what is new", () => {
    expect(countNew(twoPages, page("gfd", "c2"))).toBe(2);
    expect(countNew(twoPages, page("da", "c2"))).toBe(0);
  });

  test("tells rows of every page anew, and never an older state", () => {
    const latest: ListPage = { sessions: [session("a", 7), session("d", 0)], nextCursor: "c2", now: 2 };
    const revs = sessionsOf(follow(twoPages, latest)).map(({ id, rev }) => `${id}${rev}`);
    expect(revs).toEqual(["d1", "c1", "b1", "a7"]);
  });
});

describe("a walk through what is loaded", () => {
  test("tells all rows anew and takes out those that are gone", () => {
    const walk: ListPage = {
      sessions: [session("e"), session("d", 2), session("b", 2), session("a")],
      nextCursor: "c3",
      now: 2,
    };
    const walked = afterWalk(twoPages, walk);
    expect(sessionsOf(walked).map(({ id, rev }) => `${id}${rev}`)).toEqual(["d2", "b2", "a1"]);
  });

  test("says nothing of rows behind its end, but all of them once it has come to the list's", () => {
    expect(ids(afterWalk(twoPages, page("ed", "c1", 2)))).toBe("dcba");
    expect(ids(afterWalk(twoPages, page("ed", null, 2)))).toBe("d");
    expect(ids(afterWalk(twoPages, page("", "c1", 2)))).toBe("dcba");
  });

  test("says nothing of a list that was loaded after it", () => {
    expect(afterWalk(twoPages, page("d", null, 0))).toBe(twoPages);
  });
});

describe("a list that fits into one page", () => {
  test("loses what is gone", () => {
    expect(ids(follow(onePage(page("cba")), page("dca", null, 2)))).toBe("dca");
  });

  test("takes new sessions in where the order has them", () => {
    expect(ids(follow(onePage(page("ca")), page("dcba", null, 2)))).toBe("dcba");
    expect(ids(follow(onePage(page("ac")), page("abcd", null, 2)))).toBe("abcd");
  });

  test("keeps its order where another one would be right by now", () => {
    expect(ids(follow(onePage(page("ab")), page("bca", null, 2)))).toBe("abc");
  });

  test("takes nothing in once there is more than a page", () => {
    const loaded = onePage(page("a"));
    const latest = page("dcb", "c1", 2);
    expect(ids(follow(loaded, latest))).toBe("a");
    expect(countNew(loaded, latest)).toBe(3);
  });

  test("takes in whatever comes while it is empty", () => {
    const followed = follow(onePage(page("")), page("ba", "c1", 2));
    expect(ids(followed)).toBe("ba");
    expect(followed.pages[0]!.nextCursor).toBe("c1");
  });

  test("takes in nothing that was seen before it was loaded", () => {
    expect(ids(follow(onePage(page("b", null, 2)), page("ba", null, 1)))).toBe("b");
  });
});
