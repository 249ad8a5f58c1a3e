// @vitest-environment jsdom
import { expect, test } from "vitest";
import type { Share } from "../../api/types";
import { byTestId, click, draw, drawsInJsdom, serve } from "../../test/rendering";
import { ShareDialog } from "../ShareDialog";

drawsInJsdom();

const DAY_MS = 24 * 3_600_000;
const OLD: Share = {
  id: "old",
  madeBy: "bob",
  createdAt: 1_000,
  expiresAt: 1_000 + DAY_MS,
  startMs: 83_000,
};
const NEW: Share = { ...OLD, id: "new", madeBy: "ada", startMs: 0 };
const URL_MADE = "https://replay.example/app/share/secret";

/** A server with these links. */
function withLinks(enabled: boolean, ...links: Share[]) {
  return serve(({ method, path }) => {
    if (method === "POST") {
      links.push(NEW);
      return { ...NEW, token: "secret", url: URL_MADE };
    }
    if (method === "DELETE") {
      links = links.filter(({ id }) => !path.endsWith(`/${id}`));
      return {};
    }
    return { enabled, shares: links };
  });
}

async function drawAt(positionMs: number): Promise<void> {
  await draw(<ShareDialog project="shop" session="s1" positionMs={positionMs} onClose={() => undefined} />);
}

test("a link begins where the replay is, and is shown once", async () => {
  const asked = withLinks(true);
  await drawAt(83_400.7);
  expect(document.body.textContent).toContain("Start at 1:23");
  await click(byTestId("share-create"));

  const made = asked.find(({ method }) => method === "POST")!;
  expect(made.path).toMatch(/\/api\/v1\/projects\/shop\/sessions\/s1\/shares$/);
  expect(made.body).toEqual({ lastsHours: 168, startMs: 83_400 });
  expect(byTestId<HTMLInputElement>("share-link").value).toBe(URL_MADE);
  expect(rows()).toEqual(["new"]);
});

test("a link begins at the start if one does not want it otherwise", async () => {
  const asked = withLinks(true);
  await drawAt(83_400);
  await click(byTestId("share-start"));
  await click(byTestId("share-create"));
  expect(asked.find(({ method }) => method === "POST")!.body).toMatchObject({ startMs: 0 });
});

test("links are listed without their secrets, and revoked one by one", async () => {
  const asked = withLinks(true, { ...OLD }, { ...OLD, id: "other" });
  await drawAt(0);
  expect(byTestId("share-row").textContent).toContain("starts at 1:23");
  expect(byTestId("share-row").textContent).toContain("Made by bob");
  await click(byTestId("share-revoke"));

  expect(asked.find(({ method }) => method === "DELETE")!.path).toMatch(/\/s1\/shares\/old$/);
  expect(rows()).toEqual(["other"]);
});

test("the link that was just made is not shown any more once it is revoked", async () => {
  withLinks(true);
  await drawAt(0);
  await click(byTestId("share-create"));
  await click(byTestId("share-revoke"));
  expect(rows()).toEqual([]);
  expect(document.querySelector("[data-testid=share-link]")).toBeNull();
  byTestId("share-create");
});

test("what the server refuses is said", async () => {
  serve(({ method }) => (method === "POST" ? 409 : { enabled: true, shares: [] }));
  await drawAt(0);
  await click(byTestId("share-create"));
  expect(document.querySelector("[role=alert]")?.textContent).toContain("refused");
});

test("where links are turned off none is made, and those that there are can be revoked", async () => {
  withLinks(false, { ...OLD });
  await drawAt(0);
  byTestId("share-off");
  expect(document.querySelector("[data-testid=share-create]")).toBeNull();
  await click(byTestId("share-revoke"));
  expect(rows()).toEqual([]);
});

function rows(): (string | undefined)[] {
  return [...document.querySelectorAll<HTMLElement>("[data-testid=share-row]")].map(
    (row) => row.dataset["shareId"],
  );
}
