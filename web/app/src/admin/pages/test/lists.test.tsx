// @vitest-environment jsdom
import { act } from "react";
import { expect, test } from "vitest";
import { queryClient } from "../../../api/queries";
import { byTestId, byText, click, draw, drawsInJsdom, serve, settled } from "../../../test/rendering";
import { AuditPage } from "../AuditPage";

drawsInJsdom();

const FIRST = {
  entries: [{ number: 2, at: 0, actor: "ada", action: "login", project: null, subject: null, detail: null }],
  nextCursor: "c1",
};
const notices = () => document.querySelectorAll("[role=alert]").length;

test("what can't be had any more stays, and that is said", async () => {
  let answer: object | number = FIRST;
  serve(() => answer);
  await draw(<AuditPage />);
  expect(notices()).toBe(0);
  answer = 404;
  await act(() => queryClient.invalidateQueries({ queryKey: ["audit"] }));
  await settled();

  expect(byTestId("audit-row").textContent).toContain("ada");
  expect(notices()).toBe(1);
});

test("a next page that can't be had is told once", async () => {
  serve(({ query }) => (query.has("cursor") ? 400 : FIRST));
  await draw(<AuditPage />);
  await click(byText("button", "Load more"));

  expect(notices()).toBe(1);
  expect(byTestId("audit-row")).toBeTruthy();
});

test("of a long detail, as a certificate, a line is shown and the rest on demand", async () => {
  const detail = { certificate: { sessions: Array.from({ length: 50 }, (_, i) => `session-${i}`) } };
  serve(() => ({
    entries: [
      { ...FIRST.entries[0], number: 3, detail },
      { ...FIRST.entries[0], number: 2, detail: { role: "viewer" } },
    ],
    nextCursor: null,
  }));
  await draw(<AuditPage />);

  const long = byTestId<HTMLDetailsElement>("audit-detail");
  expect(long.open).toBe(false);
  expect(long.querySelector("summary")!.textContent).toMatch(/^{"certificate":.{1,120}…$/);
  expect(JSON.parse(long.querySelector("pre")!.textContent!)).toEqual(detail);
  expect(document.querySelectorAll("[data-testid=audit-detail]")).toHaveLength(1);
  expect(document.body.textContent).toContain('{"role":"viewer"}');
});
