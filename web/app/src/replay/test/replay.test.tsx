// @vitest-environment jsdom
import { beforeEach, expect, test, vi } from "vitest";
import { sharedAddress } from "../../api/client";
import type { Manifest } from "../../api/types";
import { byTestId, click, draw, drawsInJsdom, serve } from "../../test/rendering";
import { FakeWorker } from "../../player/test/fakeWorker";
import { Replay } from "../Replay";
import { SESSION, marker } from "./fakes";

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

const replay = (
  <Replay
    address={sharedAddress("secret")}
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
  await draw(replay);

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
  await draw(replay);
  localStorage.clear();

  expect(byTestId("speed").textContent).toBe("4×");
});
