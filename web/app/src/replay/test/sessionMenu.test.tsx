// @vitest-environment jsdom
import { expect, test } from "vitest";
import { byTestId, click, draw, drawsInJsdom, serve } from "../../test/rendering";
import { SessionMenu } from "../SessionMenu";
import { SESSION } from "./fakes";

drawsInJsdom();

test.each(["session-pin", "session-hold"])("a %s that failed says so by itself", async (item) => {
  const asked = serve(({ method }) => (method === "PATCH" ? 503 : { name: "ada", role: "admin" }));
  await draw(<SessionMenu project="shop" session={SESSION} player={null} />);
  await click(byTestId("session-menu"));
  await click(byTestId(item));

  expect(asked.at(-1)!.method).toBe("PATCH");
  expect(document.querySelector("[role=alert]")?.textContent).toContain("refused");
});

test("the events are had as a file that is named after the session", async () => {
  serve(({ path }) => (path.endsWith("/me") ? { name: "viv", role: "viewer" } : {}));
  await draw(<SessionMenu project="shop" session={SESSION} player={null} />);
  await click(byTestId("session-menu"));
  const link = byTestId<HTMLAnchorElement>("session-download");
  expect(new URL(link.href).pathname).toMatch(/\/api\/v1\/projects\/shop\/sessions\/s1\/events$/);
  expect(link.download).toBe("shop-s1.ndjson");
});

test("who may only look shares a session, and neither keeps nor erases it", async () => {
  serve(({ path }) =>
    path.endsWith("/me") ? { name: "viv", role: "viewer" } : { enabled: true, shares: [] },
  );
  await draw(<SessionMenu project="shop" session={SESSION} player={null} />);
  await click(byTestId("session-menu"));
  expect(document.querySelector("[data-testid=session-pin]")).toBeNull();
  expect(document.querySelector("[data-testid=session-erase]")).toBeNull();
  await click(byTestId("session-share"));
  byTestId("share-dialog");
});
