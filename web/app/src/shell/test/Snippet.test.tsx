// @vitest-environment jsdom
import { expect, test, vi } from "vitest";
import { byText, click, draw, drawsInJsdom } from "../../test/rendering";
import { Snippet } from "../Snippet";

drawsInJsdom();

test("without a clipboard the snippet is shown to be taken by hand", async () => {
  const shown = vi.fn();
  vi.stubGlobal("prompt", shown);
  await draw(<Snippet text="<script></script>" />);
  await click(byText("button", "Copy the snippet"));

  expect(shown).toHaveBeenCalledWith(expect.any(String), "<script></script>");
});
