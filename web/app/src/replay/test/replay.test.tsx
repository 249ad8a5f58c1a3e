// @vitest-environment jsdom
import { beforeEach, expect, test, vi } from "vitest";
import { type SessionAddress, sessionAddress, sharedAddress } from "../../api/client";
import type { Manifest } from "../../api/types";
import { byTestId, click, draw, drawsInJsdom, serve, type } from "../../test/rendering";
import { FakeWorker } from "../../player/test/fakeWorker";
import { Replay } from "../Replay";
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
