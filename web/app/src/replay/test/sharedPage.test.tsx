// @vitest-environment jsdom
import { Route, Routes } from "react-router";
import { expect, test } from "vitest";
import { byTestId, byText, click, draw, drawsInJsdom, serve } from "../../test/rendering";
import { SharedPage } from "../SharedPage";

drawsInJsdom();

const page = (
  <Routes>
    <Route path="/share/:token" element={<SharedPage />} />
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
