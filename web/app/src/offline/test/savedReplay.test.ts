// @vitest-environment jsdom
import { beforeEach, expect, test, vi } from "vitest";
import type { Manifest, ManifestFrame, MarkerList } from "../../api/types";
import { SESSION, marker } from "../../replay/test/fakes";
import { readFrames } from "../../player/frameReader";
import { serve } from "../../test/rendering";
import { pack, unpack } from "../packing";
import { SavedServer, readHead } from "../savedReplay";
import { saveReplay } from "../saveReplay";

const PAGE = "<!doctype html><title>Saved</title><body><!--tapedeck-recording--></body>";
const ADDRESS = {
  manifest: "http://server/s1",
  events: "http://server/s1/events",
  markers: "http://server/s1/markers",
  live: null,
  notes: null,
};
const MARKERS: MarkerList = {
  rev: 2,
  markers: [
    marker(1, "click"),
    marker(2, "console", { level: "log" }),
    marker(3, "console", { level: "error" }),
  ],
  truncated: false,
};

/** What the server has of each frame. */
const LINES: Record<string, string[]> = {
  "a:1": ['{"w":"w1","said":"</script><!-- 😀"}', '{"w":"w1"}'],
  "b:1": ['{"w":"w2"}'],
  "a:2": ['{"w":"w1","last":true}'],
};

let manifests: Manifest[];

beforeEach(() => {
  manifests = [manifest(2, ["a:1", "b:1", "a:2"])];
  serve(({ path }) => (path.endsWith("/markers") ? MARKERS : manifests[0]!));
  const answersJson = globalThis.fetch;
  vi.stubGlobal("fetch", async (url: URL | string, init?: RequestInit) => {
    const { pathname, searchParams } = new URL(url);
    if (!pathname.endsWith("/events")) return answersJson(url, init);
    const ids = searchParams.get("frames")!.split(",");
    if (Number(searchParams.get("rev")) !== manifests.at(-1)!.rev) {
      manifests = manifests.slice(1);
      return new Response(null, { status: 409 });
    }
    return new Response(ids.flatMap((id) => LINES[id]!.map((line) => `${line}\n`)).join(""));
  });
});

test("what is packed comes back", async () => {
  for (const text of ["", "plain", "ü 😀 \u0000", "x".repeat(100_000)]) {
    expect(await unpack(await pack(text))).toBe(text);
  }
});

test("a saved replay answers all that its player asks for", async () => {
  const { server, head } = await opened();
  expect(head.manifest.frames).toHaveLength(3);
  expect(await (await server.fetch("saved:manifest")).json()).toEqual(manifests[0]);
  expect(await text(server, "rev=2&frames=a%3A1,a%3A2")).toEqual([...LINES["a:1"]!, ...LINES["a:2"]!]);
  expect(await text(server, "window=w2&from=0&to=9")).toEqual(LINES["b:1"]);
  expect(await text(server, "rev=2&frames=unknown")).toEqual([]);
  expect(await kinds(server, "kind=click,console&level=error")).toEqual(["click", "console"]);
  expect(await kinds(server, "kind=console")).toEqual(["console", "console"]);
  expect((await server.fetch("saved:other")).status).toBe(404);
});

test("a session that grows while it is saved is saved as it is then", async () => {
  manifests = [manifest(1, ["a:1", "gone"]), manifest(2, ["a:1", "b:1", "a:2"])];
  const { head, server } = await opened();
  expect(head.manifest.rev).toBe(2);
  expect(await text(server, "rev=2&frames=a%3A1,b%3A1")).toEqual([...LINES["a:1"]!, ...LINES["b:1"]!]);
});

test("a file without a recording, or with one of a later version, says so", async () => {
  const parsed = (html: string) => new DOMParser().parseFromString(html, "text/html");
  await expect(readHead(parsed(PAGE))).rejects.toThrow("holds no recording");
  const later = await pack(JSON.stringify({ format: 2 }));
  await expect(
    readHead(parsed(`<script type="application/x-tapedeck-replay">${later}</script>`)),
  ).rejects.toThrow("later version");
});

test("of frames that are not whole the player misses what is missing, and nothing else", async () => {
  const { head, document } = await opened();
  document.querySelector('[data-frame="b%3A1"]')!.textContent = "cut off";
  const frames = head.manifest.frames.map(({ id, bytesRaw }, index) => ({
    id,
    bytesRaw,
    index,
    events: id === "a:1" ? 3 : 1,
    skip: 0,
  }));
  head.manifest.frames.forEach((frame, index) => (frame.events = frames[index]!.events));
  const lines: string[] = [];
  const missing: Record<string, number> = {};
  const short = new SavedServer(document, head);
  await readFrames(
    {
      eventsUrl: "saved:events",
      rev: 2,
      frames,
      signal: new AbortController().signal,
      fetch: short.fetch,
      wait: async () => undefined,
    },
    {
      lines: async ({ id }, received) => void lines.push(...received.map((line) => `${id} ${line}`)),
      frameEnd: async ({ id }, count) => void (missing[id] = count),
    },
  );
  expect(lines).toEqual([...LINES["a:1"]!.map((line) => `a:1 ${line}`), `a:2 ${LINES["a:2"]![0]}`]);
  expect(missing).toEqual({ "a:1": 1, "b:1": 1, "a:2": 0 });
});

/** Saves the session and opens the file. */
async function opened() {
  const shares: number[] = [];
  const file = await saveReplay({
    address: ADDRESS,
    page: PAGE,
    signal: new AbortController().signal,
    onProgress: (share) => shares.push(share),
  });
  expect(shares.at(-1)).toBe(1);
  const document = new DOMParser().parseFromString(await file.text(), "text/html");
  const head = await readHead(document);
  return { head, document, server: new SavedServer(document, head) };
}

async function text(server: SavedServer, query: string): Promise<string[]> {
  const answer = await (await server.fetch(`saved:events?${query}`)).text();
  return answer.split("\n").slice(0, -1);
}

async function kinds(server: SavedServer, query: string): Promise<string[]> {
  const list = (await (await server.fetch(`saved:markers?${query}`)).json()) as MarkerList;
  return list.markers.map(({ kind }) => kind);
}

function manifest(rev: number, frames: string[]): Manifest {
  return {
    session: SESSION,
    rev,
    behindMs: null,
    windows: [],
    frames: frames.map(frame),
    gaps: [],
  };
}

function frame(id: string): ManifestFrame {
  const window = id.startsWith("b") ? "w2" : "w1";
  const events = LINES[id]?.length ?? 1;
  return { id, window, firstAt: 1, lastAt: 2, events, bytes: 1, bytesRaw: 10, fullSnapshots: [] };
}
