// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Api as ApiOf } from "../src/api";

const CONFIG = { recording: true, consent: "none", capture: {}, appUrl: "https://rec.test/s/" };

let sampleRate: number;
let asked: string[];
let api: ApiOf;

// The recorder keeps what the page has when it is loaded.
window.fetch = ((url: string, init?: RequestInit) => {
  asked.push(url);
  return init?.body
    ? new Promise(() => {})
    : Promise.resolve(new Response(JSON.stringify({ ...CONFIG, sampleRate })));
}) as typeof fetch;
const { Api } = await import("../src/api");

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
  sampleRate = 1;
  asked = [];
  vi.stubGlobal("CompressionStream", undefined);
  vi.stubGlobal("indexedDB", { deleteDatabase: () => {} });
  api = new Api({ key: "pk", base: "https://rec.test", manual: false });
});
afterEach(() => {
  api.consent(false);
  vi.unstubAllGlobals();
});

test("a page can have a session recorded that was not sampled, before its settings are there and after", async () => {
  sampleRate = 0;
  api.start();
  await api.load();
  expect(api.sessionUrl()).not.toBeNull();

  localStorage.clear();
  const late = new Api({ key: "other", base: "https://rec.test", manual: false });
  await late.load();
  expect(late.sessionUrl()).toBeNull();
  late.start();
  expect(late.sessionUrl()).not.toBeNull();
  late.consent(false);
});

test("a page that is made ahead of a visit is not recorded before the visitor is there", async () => {
  const made = document as Document & { prerendering?: boolean };
  made.prerendering = true;
  const loaded = api.load();
  await new Promise((resolve) => setTimeout(resolve, 10));
  expect(asked).toEqual([]);

  made.prerendering = false;
  document.dispatchEvent(new Event("prerenderingchange"));
  await loaded;
  expect(api.sessionUrl()).not.toBeNull();
});
