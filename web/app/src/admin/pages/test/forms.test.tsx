// @vitest-environment jsdom
import { act } from "react";
import { beforeEach, expect, test } from "vitest";
import type { ProjectDetails } from "../../../api/adminTypes";
import { queryClient } from "../../../api/queries";
import {
  type Asked,
  byTestId,
  byText,
  click,
  draw,
  drawsInJsdom,
  serve,
  settled,
  type,
} from "../../../test/rendering";
import { KeysPage } from "../KeysPage";
import { RetentionPage } from "../RetentionPage";
import { SettingsPage } from "../SettingsPage";

drawsInJsdom();

let stored: ProjectDetails;
let asked: Asked[];

beforeEach(() => {
  stored = {
    slug: "shop",
    number: 2,
    name: "Shop",
    masking: "balanced",
    onLessMasking: "reject",
    origins: ["https://a.example"],
    sampleRate: 1,
    recording: true,
    capture: {
      console: true,
      network: true,
      networkHeaders: false,
      networkBodies: false,
      errors: true,
      selectors: { mask: [".iban"], block: [], ignore: [] },
      urls: { include: [], exclude: [] },
      minimumDurationMs: 0,
      consent: "none",
    },
    retention: { keepHours: 1, rules: [] },
  };
  asked = serve(({ method, path, body }) => {
    if (method === "PATCH") stored = { ...stored, ...(body as object), capture: stored.capture };
    if (path.endsWith("/preview")) return { sessions: 3, bytes: 1, sessionsKept: 0, bytesKept: 0 };
    return path.endsWith("/keys") ? { keys: [], snippet: null } : stored;
  });
});

const patches = () => asked.filter(({ method }) => method === "PATCH").map(({ body }) => body);

test("what others changed while a form was open is not sent back", async () => {
  await draw(<SettingsPage project="shop" />);
  stored = { ...stored, masking: "strict" };
  await type(byTestId("settings-name"), "Web shop ");
  await click(byTestId("settings-save"));

  expect(patches()).toEqual([{ name: "Web shop" }]);
});

test("a form shows what the server says anew, but for what was changed in it", async () => {
  await draw(<SettingsPage project="shop" />);
  await type(byTestId("settings-name"), "Mine");
  stored = { ...stored, name: "Theirs", sampleRate: 0.5 };
  await act(() => queryClient.invalidateQueries({ queryKey: ["project"] }));
  await settled();

  expect(byTestId<HTMLInputElement>("settings-name").value).toBe("Mine");
  expect([...document.querySelectorAll("input")].map(({ value }) => value)).toContain("50 %");
});

test("of what is captured only the list that was changed is sent", async () => {
  await draw(<SettingsPage project="shop" />);
  await type(byTestId("capture-exclude"), "/staff*\n");
  await click(byTestId("capture-save"));

  expect(patches()).toEqual([{ capture: { urls: { exclude: ["/staff*"] } } }]);
});

test("origins that were not changed are not sent, and a change is shown as it was stored", async () => {
  await draw(<KeysPage project="shop" />);
  await click(byTestId("origins-save"));
  await type(byTestId("origins-text"), "https://b.example/cart");
  await click(byTestId("origins-save"));

  expect(patches()).toEqual([{}, { origins: ["https://b.example"] }]);
  expect(byTestId<HTMLTextAreaElement>("origins-text").value).toBe("https://b.example");
});

test("a choice after saving is not said to be saved", async () => {
  await draw(<SettingsPage project="shop" />);
  const status = () => byTestId("settings-save").parentElement!.textContent;
  await click(byTestId("settings-save"));
  expect(status()).toContain("Saved");
  await click(byText("[role=option]", "Redact it"));

  expect(status()).not.toContain("Saved");
});

const RULE = { kind: "errors", name: null, value: null, keepHours: 100 } as const;

test.each([0, 1])("a policy that others have changed after %d clicks is not replaced", async (clicks) => {
  await draw(<RetentionPage project="shop" />);
  await type(byTestId("keep-amount"), "2");
  for (let i = 0; i < clicks; i++) await click(byTestId("retention-preview-button"));
  stored = { ...stored, retention: { keepHours: 1, rules: [RULE] } };
  await click(byTestId(clicks === 0 ? "retention-preview-button" : "retention-save"));

  expect(asked.filter(({ method }) => method === "PUT")).toEqual([]);
  expect(document.querySelector("[role=alert]")?.textContent).toContain(
    "Somebody else has changed the policy",
  );
});

test("a policy is saved as it was previewed", async () => {
  await draw(<RetentionPage project="shop" />);
  await type(byTestId("keep-amount"), "2");
  await click(byTestId("retention-preview-button"));
  await click(byTestId("retention-save"));

  expect(asked.filter(({ method }) => method === "PUT").map(({ body }) => body)).toEqual([
    { keepHours: 2, rules: [] },
  ]);
});
