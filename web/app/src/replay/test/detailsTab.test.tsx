// @vitest-environment jsdom
import { expect, test } from "vitest";
import type { Manifest } from "../../api/types";
import { draw, drawsInJsdom, serve } from "../../test/rendering";
import { DetailsTab } from "../panel/DetailsTab";
import { SESSION } from "./fakes";

drawsInJsdom();

const MANIFEST: Manifest = {
  session: {
    ...SESSION,
    user: { id: "ada@example.com", traits: { plan: "pro" } },
    tags: { "order:id": "X 17", empty: "" },
  },
  rev: 1,
  behindMs: null,
  windows: [],
  frames: [],
  gaps: [],
};

const links = () => [...document.querySelectorAll("a")].map((link) => link.getAttribute("href"));

test("the user and each tag lead to the sessions that have the same", async () => {
  serve(() => ({ views: [] }));
  await draw(<DetailsTab manifest={MANIFEST} project="my shop" />);
  expect(links()).toEqual(["/p/my%20shop?user=ada%40example.com", "/p/my%20shop?tag=order%3Aid%3AX+17"]);
});

test("those without an account are led nowhere, and not told who else has watched", async () => {
  const asked = serve(() => 401);
  await draw(<DetailsTab manifest={MANIFEST} project={null} />);
  expect(links()).toEqual([]);
  expect(document.body.textContent).toContain("ada@example.com");
  expect(document.body.textContent).not.toContain("Watched by");
  expect(asked).toEqual([]);
});
