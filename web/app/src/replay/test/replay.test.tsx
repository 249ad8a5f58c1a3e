// @vitest-environment jsdom
import { act } from "react";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { type SessionAddress, sessionAddress, sharedAddress } from "../../api/client";
import { queryClient } from "../../api/queries";
import type { Manifest, NewNote, Note } from "../../api/types";
import { byTestId, click, draw, drawsInJsdom, fire, serve, settled, type } from "../../test/rendering";
import { FakeWorker } from "../../player/test/fakeWorker";
import { Replay } from "../Replay";
import { manifestKey } from "../useReplay";
import { SESSION, marker, note } from "./fakes";

drawsInJsdom();

beforeEach(() => {
  vi.spyOn(Element.prototype, "clientHeight", "get").mockReturnValue(600);
});

const MANIFEST: Manifest = {
  session: { ...SESSION, counts: { ...SESSION.counts, consoleErrors: 1 } },
  rev: 1,
  behindMs: null,
  // jsdom knows no sandboxed frames, in which a window would be shown.
  windows: [],
  frames: [],
  gaps: [],
};

const shared = sharedAddress("secret");
const replayOf = (address: SessionAddress) => (
  <Replay
    address={address}
    project={null}
    startMs={0}
    newWorker={() => new FakeWorker()}
    header={() => null}
    missing={() => null}
  />
);

test("what a page told the console as an error is an error, on the timeline and in the list", async () => {
  const asked = serve(({ path }) =>
    path.endsWith("/manifest")
      ? MANIFEST
      : { rev: 1, markers: [marker(0, "console", { level: "error", title: "no tape" })], truncated: false },
  );
  await draw(replayOf(shared));

  const { query } = asked.find(({ path }) => path.endsWith("/markers"))!;
  expect(query.get("kind")!.split(",")).toContain("console");
  expect(query.get("level")).toBe("error");
  expect(byTestId("timeline-marker").dataset["kind"]).toBe("error");

  expect(byTestId("tab-errors").textContent).toBe("Errors1");
  await click(byTestId("tab-errors"));
  expect(byTestId("errors-row").textContent).toContain("no tape");
});

test("a session is played as fast as the one before it", async () => {
  serve(({ path }) => (path.endsWith("/manifest") ? MANIFEST : { rev: 1, markers: [], truncated: false }));
  localStorage.setItem("tapedeck.speed", "4");
  await draw(replayOf(shared));
  localStorage.clear();

  expect(byTestId("speed").textContent).toBe("4×");
});

test("whoever has an account sees the notes, and whoever has only a link is not even told that there are any", async () => {
  const asked = serve(({ path }) => {
    if (path.endsWith("/notes")) return { notes: [note("one", 0), note("two", null)] };
    return path.endsWith("/markers") ? { rev: 1, markers: [], truncated: false } : MANIFEST;
  });
  await draw(replayOf(shared));
  expect(document.querySelector("[data-testid=tab-notes]")).toBeNull();
  expect(asked.filter(({ path }) => path.includes("notes"))).toEqual([]);

  await draw(<></>);
  await draw(replayOf(sessionAddress("shop", "s1")));
  expect(byTestId("tab-notes").textContent).toBe("Notes2");
  expect(document.querySelectorAll("[data-testid=timeline-note]")).toHaveLength(1);
  await click(byTestId("tab-notes"));
  expect(document.querySelectorAll("[data-testid=note-row]")).toHaveLength(2);
});

test("a note that is being written is still there after a look at another tab", async () => {
  serve(({ path }) => {
    if (path.endsWith("/notes")) return { notes: [] };
    return path.endsWith("/markers") ? { rev: 1, markers: [], truncated: false } : MANIFEST;
  });
  await draw(replayOf(sessionAddress("shop", "s1")));
  await click(byTestId("tab-notes"));
  await type(byTestId<HTMLTextAreaElement>("note-text"), "card decl");
  await click(byTestId("tab-errors"));
  await click(byTestId("tab-notes"));
  expect(byTestId<HTMLTextAreaElement>("note-text").value).toBe("card decl");
});

test("a note is at its moment though an earlier part of the session came after the player had begun to count", async () => {
  const asked = serve(({ method, path, body }) => {
    if (method === "POST") return note("made", (body as NewNote).atMs);
    if (path.endsWith("/notes")) return { notes: [note("one", 4_000)] };
    return path.endsWith("/markers") ? { rev: 1, markers: [], truncated: false } : begun(5_000);
  });
  const address = sessionAddress("shop", "s1");
  await draw(replayOf(address));
  await click(byTestId("tab-notes"));
  const row = () => byTestId("note-row").dataset["atMs"];
  expect(row()).toBe("4000");

  await act(async () => queryClient.setQueryData(manifestKey(address), begun(1_000)));
  await settled();
  expect(row()).toBe("0");
  await type(byTestId<HTMLTextAreaElement>("note-text"), "here");
  await click(byTestId("note-add"));
  expect(asked.find(({ method }) => method === "POST")!.body).toEqual({ text: "here", atMs: 4_000 });
});

const begun = (startedAt: number): Manifest => ({ ...MANIFEST, session: { ...SESSION, startedAt } });

describe("while a note is on its way", () => {
  let answerWith: (answer: Note | number) => void;
  let asked: ReturnType<typeof serve>;
  const text = () => byTestId<HTMLTextAreaElement>("note-text");
  const press = (id: string) => fire(byTestId(id), new MouseEvent("click", { bubbles: true }));
  const posts = () => asked.filter(({ method }) => method === "POST").length;

  beforeEach(async () => {
    asked = serve(({ method, path }) => {
      if (method === "POST") return new Promise((resolve) => (answerWith = resolve));
      if (path.endsWith("/notes")) return { notes: [] };
      return path.endsWith("/markers") ? { rev: 1, markers: [], truncated: false } : MANIFEST;
    });
    await draw(replayOf(sessionAddress("shop", "s1")));
    await click(byTestId("tab-notes"));
    await type(text(), "declined");
    await press("note-add");
    await vi.waitUntil(() => posts() === 1);
    await act(() => new Promise((resolve) => setTimeout(resolve)));
  });

  const goAndComeBack = async () => {
    await press("tab-errors");
    await press("tab-notes");
  };

  test("nothing of it can be changed, and it leaves the field when it has arrived", async () => {
    expect(text().readOnly).toBe(true);
    expect(byTestId<HTMLInputElement>("note-whole").disabled).toBe(true);
    answerWith(note("made", 0));
    await settled();
    expect(text().value).toBe("");
    expect(text().readOnly).toBe(false);
    expect(byTestId<HTMLInputElement>("note-whole").disabled).toBe(false);
    expect(document.activeElement).toBe(text());
  });

  test("it is not sent again after a look at another tab", async () => {
    await goAndComeBack();
    expect(text().readOnly).toBe(true);
    await press("note-add");
    await fire(text(), new KeyboardEvent("keydown", { key: "Enter", ctrlKey: true, bubbles: true }));
    answerWith(note("made", 0));
    await settled();
    expect(posts()).toBe(1);
    expect(text().value).toBe("");
  });

  test("one may look at another tab, and what is written after it has arrived stays", async () => {
    await press("tab-errors");
    answerWith(note("made", 0));
    await settled();
    await press("tab-notes");
    expect(text().value).toBe("");
    await type(text(), "another");
    await settled();
    expect(text().value).toBe("another");
  });

  test("a refusal is told to whoever comes back, and the next attempt is sent", async () => {
    await press("tab-errors");
    answerWith(409);
    await settled();
    await press("tab-notes");
    await settled();
    expect(document.querySelector("form [role=alert]")?.textContent).toContain("refused");
    expect(text().value).toBe("declined");

    await press("note-add");
    await vi.waitUntil(() => posts() === 2);
    answerWith(note("made", 0));
    await settled();
    expect(text().value).toBe("");
    expect(document.querySelector("form [role=alert]")).toBeNull();
  });
});

test("two presses at once send one note", async () => {
  const asked = serve(({ method, path }) => {
    if (method === "POST") return note("made", 0);
    if (path.endsWith("/notes")) return { notes: [] };
    return path.endsWith("/markers") ? { rev: 1, markers: [], truncated: false } : MANIFEST;
  });
  await draw(replayOf(sessionAddress("shop", "s1")));
  await click(byTestId("tab-notes"));
  await type(byTestId<HTMLTextAreaElement>("note-text"), "declined");
  await act(async () => {
    byTestId("note-add").click();
    byTestId("note-add").click();
  });
  await settled();
  expect(asked.filter(({ method }) => method === "POST")).toHaveLength(1);
});
