// @vitest-environment jsdom
import { expect, test } from "vitest";
import { readConfig, readSnippet } from "../src/settings";

function script(attributes: Record<string, string>): HTMLScriptElement {
  const element = document.createElement("script");
  Object.entries(attributes).forEach(([name, value]) => element.setAttribute(name, value));
  return element;
}

test.each([
  ["https://rec.test/recorder.js", "https://rec.test"],
  ["https://rec.test/a/b/recorder.js?v=1", "https://rec.test/a/b"],
  ["https://rec.test/a/recorder/1f2e.js", "https://rec.test/a"],
])("the server of %s is %s", (src, base) => {
  expect(readSnippet(script({ src, "data-key": "pk_1" }))).toEqual({ key: "pk_1", base, manual: false });
});

test("attributes say another server, the release and a manual start", () => {
  const attributes = {
    src: "https://cdn.test/own-name.js",
    "data-key": "pk_1",
    "data-endpoint": "https://rec.test/x/",
  };
  expect(readSnippet(script({ ...attributes, "data-release": "1.2", "data-start": "manual" }))).toEqual({
    key: "pk_1",
    base: "https://rec.test/x",
    release: "1.2",
    manual: true,
  });
});

test("without a key or a known server there is no snippet", () => {
  expect(readSnippet(script({ src: "https://rec.test/recorder.js" }))).toBeNull();
  expect(readSnippet(script({ src: "https://rec.test/bundle.js", "data-key": "pk_1" }))).toBeNull();
});

test("what the server does not say in matters of privacy is read the stricter way", () => {
  expect(readConfig({})).toMatchObject({
    recording: false,
    consentRequired: true,
    masking: { level: "strict" },
    console: false,
    network: false,
    errors: false,
  });
  expect(readConfig("recording")).toBeNull();
  expect(readConfig({ masking: { level: "none", maskSelectors: [1, ".a"] } })?.masking).toMatchObject({
    level: "strict",
    maskSelectors: [".a"],
  });
});

test("limits out of bounds fall back to the defaults", () => {
  expect(readConfig({ limits: { flushMs: -1, unloadBytesMax: 1e9 }, sampleRate: 7 })).toMatchObject({
    flushMs: 4_000,
    unloadBytesMax: 61_440,
    sampleRate: 1,
  });
});

test("what the project wants to be captured is read, with bounds", () => {
  const config = readConfig({
    urls: { include: ["/shop*", 7], exclude: ["/staff*"] },
    minimumDurationMs: 5_000,
    capture: { console: true, network: false, errors: true },
    consent: "required",
  });
  expect(config).toMatchObject({
    pages: { include: ["/shop*"], exclude: ["/staff*"] },
    minimumDurationMs: 5_000,
    console: true,
    network: false,
    errors: true,
    consentRequired: true,
  });
  expect(readConfig({ minimumDurationMs: 1e9 })).toMatchObject({
    pages: { include: [], exclude: [] },
    minimumDurationMs: 0,
  });
});
