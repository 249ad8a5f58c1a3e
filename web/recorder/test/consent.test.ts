// @vitest-environment jsdom
import { gunzipSync, strFromU8 } from "fflate";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Api as ApiOf } from "../src/api";

const CONFIG = {
  recording: true,
  consent: "none",
  masking: { level: "balanced", version: 1 },
  capture: {},
  appUrl: "https://rec.test/app/p/default/s/",
};

/** The DOM of these tests has blobs that tell nobody what is in them. */
class FakeBlob {
  constructor(readonly parts: Uint8Array[]) {}
}

/** A server that gives the settings at once and answers a chunk when it is told to. */
class FakeServer {
  readonly chunks: string[] = [];
  private readonly unanswered: (() => void)[] = [];

  readonly fetch = async (_url: string, init?: { body?: FakeBlob }): Promise<Response> => {
    if (!init?.body) return new Response(JSON.stringify(CONFIG));
    this.chunks.push(strFromU8(gunzipSync(init.body.parts[0]!)));
    return new Promise((resolve) => this.unanswered.push(() => resolve(new Response("{}"))));
  };

  async answer(): Promise<void> {
    this.unanswered.splice(0).forEach((answer) => answer());
    await turns();
  }
}

let server: FakeServer;
let deleted: string[];
let api: ApiOf;

// The recorder keeps what the page has when it is loaded.
window.fetch = ((url: string, init: object) => server.fetch(url, init)) as typeof fetch;
const { Api } = await import("../src/api");

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
  server = new FakeServer();
  deleted = [];
  vi.stubGlobal("Blob", FakeBlob);
  vi.stubGlobal("CompressionStream", undefined);
  vi.stubGlobal("indexedDB", { deleteDatabase: (name: string) => void deleted.push(name) });
  api = new Api({ key: "pk", base: "https://rec.test", manual: false });
});
afterEach(() => {
  api.consent(false);
  vi.unstubAllGlobals();
});

test("a no deletes also what a stopped recording has not sent yet", async () => {
  await record();
  api.track("before");
  api.stop();

  api.consent(false);
  await server.answer();

  expect(server.chunks).toHaveLength(1);
  expect(server.chunks[0]).not.toContain("before");
});

test("a no deletes what pages before have left, though this one does not record", () => {
  api.consent(false);

  expect(deleted).toEqual(["tapedeck.pk"]);
});

test("a no in another tab holds here", async () => {
  await record();

  window.dispatchEvent(new StorageEvent("storage", { key: "tapedeck.consent", newValue: "denied" }));

  expect(api.sessionUrl()).toBeNull();
});

test("a no holds in a page that was kept while it was said", async () => {
  await record();
  localStorage.setItem("tapedeck.consent", "denied");

  window.dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));

  expect(api.sessionUrl()).toBeNull();
});

test("a no deletes also what is left of a recording that another one has replaced", async () => {
  await record();
  api.track("before");
  api.stop();
  api.start();

  api.consent(false);
  await server.answer();

  expect(server.chunks.join()).not.toContain("before");
});

test("a yes after a no, said where nothing was recorded, begins another session", async () => {
  await record();
  const before = api.sessionUrl();
  new Api({ key: "pk", base: "https://rec.test", manual: true }).consent(false);
  window.dispatchEvent(new StorageEvent("storage", { key: "tapedeck.consent", newValue: "denied" }));

  api.consent(true);

  expect(api.sessionUrl()).not.toBeNull();
  expect(api.sessionUrl()).not.toBe(before);
});

test("what is tracked after a no is not recorded after a later yes", async () => {
  await record();
  await server.answer();
  api.consent(false);
  api.track("meanwhile");

  api.consent(true);
  api.stop();
  for (let chunk = 0; chunk < 3; chunk++) {
    await turns();
    await server.answer();
  }

  expect(server.chunks.length).toBeGreaterThan(1);
  expect(server.chunks.join()).not.toContain("meanwhile");
});

/** Records until the first chunk is under way. */
async function record(): Promise<void> {
  await api.load();
  await vi.waitFor(() => expect(server.chunks).toHaveLength(1));
}

/** Lets everything happen that needs no more than its turn. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setTimeout(resolve));
}
