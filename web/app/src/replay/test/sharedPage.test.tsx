// @vitest-environment jsdom
import { act } from "react";
import { Route, Routes } from "react-router";
import { expect, test, vi } from "vitest";
import { byTestId, byText, click, draw, drawsInJsdom, serve } from "../../test/rendering";
import { ReplayPage } from "../ReplayPage";
import { SharedPage } from "../SharedPage";
import { SESSION } from "./fakes";

drawsInJsdom();

const page = (
  <Routes>
    <Route path="/share/:token" element={<SharedPage />} />
    <Route path="/p/:project/s/:session" element={<ReplayPage />} />
  </Routes>
);

test("a link that has ended says so, and asks for nothing else", async () => {
  const asked = serve(() => 404);
  await draw(page, "/share/secret");

  expect(byTestId("share-ended").textContent).toContain("This link has ended");
  expect(asked.map(({ path }) => path)).toEqual([expect.stringMatching(/\/api\/v1\/shares\/secret$/)]);
  expect(document.querySelector("a")).toBeNull();
});

test("a server that does not answer is not taken for the end of a link", async () => {
  let status = 429;
  serve(() => status);
  await draw(page, "/share/secret");
  expect(document.querySelector("[data-testid=share-ended]")).toBeNull();

  status = 404;
  await click(byText("button", "Try again"));
  byTestId("share-ended");
});

test.each([
  ["/share/secret", /\/manifest$/, "[data-testid=share-ended]"],
  ["/p/shop/s/s1", /\/sessions\/s1$/, "h1"],
])("at %s a session that could not be had is asked for again", async (address, manifest, gone) => {
  let status = 429;
  const asked = serve(({ path }) =>
    path.endsWith("/me")
      ? { name: "ada", role: "viewer" }
      : manifest.test(path)
        ? status
        : { session: SESSION, startMs: 0, expiresAt: 1 },
  );
  await draw(page, address);
  await act(() => vi.waitUntil(() => document.querySelector("[role=alert]")));
  expect(document.querySelector(gone)).toBeNull();

  status = 404;
  await click(byText("button", "Try again"));
  await act(() => vi.waitUntil(() => document.querySelector(gone)));
  expect(asked.filter(({ path }) => manifest.test(path))).toHaveLength(2);
});
