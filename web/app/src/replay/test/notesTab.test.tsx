// @vitest-environment jsdom
import { beforeEach, expect, test, vi } from "vitest";
import { apiUrl } from "../../api/client";
import { queryClient } from "../../api/queries";
import type { Me, NewNote, Note } from "../../api/types";
import type { SessionPlayer } from "../../player/sessionPlayer";
import { byTestId, click, draw, drawsInJsdom, fire, serve, settled, type } from "../../test/rendering";
import { Timeline } from "../Timeline";
import { NotesTab } from "../panel/NotesTab";
import { useNoteWriter } from "../useNoteWriter";
import { useNotes } from "../useReplay";
import { note, playerAt } from "./fakes";

drawsInJsdom();

const ADDRESS = apiUrl("projects/shop/sessions/s1/notes");
const ADA: Me = { name: "ada", role: "viewer" };
const seek = vi.fn();

beforeEach(() => void seek.mockClear());

/** A server with these notes. */
function withNotes(me: Me, ...notes: Note[]) {
  queryClient.setQueryData(["me"], me);
  return serve(({ method, path, body }) => {
    if (method === "POST") {
      const wanted = body as NewNote;
      const made = note("made", wanted.atMs, { text: wanted.text, author: me.name });
      notes = [...notes, made];
      return made;
    }
    if (method === "DELETE") {
      notes = notes.filter(({ id }) => !path.endsWith(`/${id}`));
      return new Response(null, { status: 204 });
    }
    return { notes };
  });
}

function Whole({ player, originMs }: { player: SessionPlayer; originMs: number }) {
  const query = useNotes({ notes: ADDRESS }, originMs);
  const writer = useNoteWriter(ADDRESS, originMs);
  return (
    <>
      <Timeline player={player} markers={[]} notes={query.data ?? []} />
      <NotesTab player={player} address={ADDRESS} query={query} writer={writer} />
    </>
  );
}

async function drawAt(positionMs: number, originMs = 0): Promise<void> {
  const player = { ...playerAt({ positionMs, durationMs: 100_000 }), seek } as unknown as SessionPlayer;
  await draw(<Whole player={player} originMs={originMs} />);
}

const text = () => byTestId<HTMLTextAreaElement>("note-text");
const rows = () => [...document.querySelectorAll<HTMLElement>("[data-testid=note-row]")];

test("a note is about the moment where the replay is", async () => {
  const asked = withNotes(ADA);
  await drawAt(83_400.7);
  expect(document.body.textContent).toContain("No notes yet");
  expect(byTestId<HTMLButtonElement>("note-add").disabled).toBe(true);
  await type(text(), "card declined here");
  expect(byTestId("note-add").textContent).toBe("Add note at 1:23");
  await click(byTestId("note-add"));

  const post = asked.find(({ method }) => method === "POST")!;
  expect(post.path).toMatch(/\/api\/v1\/projects\/shop\/sessions\/s1\/notes$/);
  expect(post.body).toEqual({ text: "card declined here", atMs: 83_400 });
  expect(rows().map((row) => row.dataset["noteId"])).toEqual(["made"]);
  expect(byTestId("timeline-note").title).toBe("Note on 1:23 by ada: card declined here");
  expect(text().value).toBe("");
  expect(document.activeElement).toBe(text());
});

test("a moment is counted from the session's start, wherever the player begins to count", async () => {
  const asked = withNotes(ADA, note("one", 65_000), note("before", 1_000));
  await drawAt(20_000, 5_000);
  expect(rows().map((row) => row.dataset["atMs"])).toEqual(["60000", "0"]);
  await click(byTestId("note-time"));
  expect(seek.mock.calls).toEqual([[60_000]]);

  await type(text(), "here");
  expect(byTestId("note-add").textContent).toBe("Add note at 0:20");
  await click(byTestId("note-add"));
  expect(asked.find(({ method }) => method === "POST")!.body).toEqual({ text: "here", atMs: 25_000 });
  expect(rows().at(-1)!.dataset["atMs"]).toBe("20000");
});

test("a note can be about the whole session", async () => {
  const asked = withNotes(ADA);
  await drawAt(83_400);
  await click(byTestId("note-whole"));
  await type(text(), "all of it");
  expect(byTestId("note-add").textContent).toBe("Add note");
  await click(byTestId("note-add"));

  expect(asked.find(({ method }) => method === "POST")!.body).toEqual({ text: "all of it", atMs: null });
  expect(rows()[0]!.textContent).toContain("Whole session");
  expect(document.querySelector("[data-testid=timeline-note]")).toBeNull();
});

test("the play goes on while one writes, and the note can be moved to where it is by then", async () => {
  const asked = withNotes(ADA);
  await drawAt(10_000);
  await type(text(), "here");
  await drawAt(20_000);
  expect(byTestId("note-add").textContent).toBe("Add note at 0:10");
  await click(byTestId("note-move"));
  await fire(text(), new KeyboardEvent("keydown", { key: "Enter", ctrlKey: true, bubbles: true }));
  await settled();

  expect(asked.find(({ method }) => method === "POST")!.body).toEqual({ text: "here", atMs: 20_000 });
});

test("a note leads to its moment, in the list and on the timeline", async () => {
  withNotes(ADA, note("one", 65_000));
  await drawAt(0);
  await click(byTestId("note-time"));
  await click(byTestId("timeline-note"));
  expect(seek.mock.calls).toEqual([[65_000], [65_000]]);
});

test("what a note says is text, whatever it looks like", async () => {
  const markup = '<img src="x" onerror="alert(1)"> & more';
  withNotes(ADA, note("one", 1, { text: markup }));
  await drawAt(0);
  expect(byTestId("note-says").textContent).toBe(markup);
  expect(document.querySelector("img")).toBeNull();
});

test("one deletes one's own notes, after being asked, and not those of others", async () => {
  const asked = withNotes(ADA, note("own", 1_000, { author: "ada" }), note("other", 2_000));
  await drawAt(0);
  expect(rows().map((row) => row.querySelector("[data-testid=note-delete]") !== null)).toEqual([true, false]);
  await click(byTestId("note-delete"));
  expect(asked.some(({ method }) => method === "DELETE")).toBe(false);
  await click(byTestId("confirm-submit"));

  expect(asked.find(({ method }) => method === "DELETE")!.path).toMatch(/\/notes\/own$/);
  expect(rows().map((row) => row.dataset["noteId"])).toEqual(["other"]);
});

test("an admin deletes the notes of others", async () => {
  withNotes({ name: "root", role: "admin" }, note("other", 2_000));
  await drawAt(0);
  byTestId("note-delete");
});

test("what the server refuses is said, and what was written stays", async () => {
  queryClient.setQueryData(["me"], ADA);
  serve(({ method }) => (method === "POST" ? 409 : { notes: [] }));
  await drawAt(0);
  await type(text(), "one too many");
  await click(byTestId("note-add"));
  expect(document.querySelector("[role=alert]")?.textContent).toContain("refused");
  expect(text().value).toBe("one too many");
});

test("an outage is not taken for a session without notes", async () => {
  queryClient.setQueryData(["me"], ADA);
  serve(() => 404);
  await drawAt(0);
  expect(document.body.textContent).not.toContain("No notes yet");
  expect(document.querySelector("[role=alert]")).not.toBeNull();
});
