// @vitest-environment jsdom
import { expect, test } from "vitest";
import type { Manifest } from "../../api/types";
import { draw, drawsInJsdom } from "../../test/rendering";
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
  await draw(<DetailsTab manifest={MANIFEST} project="my shop" />);
  expect(links()).toEqual(["/p/my%20shop?user=ada%40example.com", "/p/my%20shop?tag=order%3Aid%3AX+17"]);
});

test("those without an account are led nowhere", async () => {
  await draw(<DetailsTab manifest={MANIFEST} project={null} />);
  expect(links()).toEqual([]);
  expect(document.body.textContent).toContain("ada@example.com");
});
