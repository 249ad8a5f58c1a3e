// @vitest-environment jsdom
import { expect, test } from "vitest";
import { byTestId, click, draw, drawsInJsdom, serve } from "../../test/rendering";
import { SessionMenu } from "../SessionMenu";
import { SESSION } from "./fakes";

drawsInJsdom();

test.each(["session-pin", "session-hold"])("a %s that failed says so by itself", async (item) => {
  const asked = serve(({ method }) => (method === "PATCH" ? 503 : { name: "ada", role: "admin" }));
  await draw(<SessionMenu project="shop" session={SESSION} />);
  await click(byTestId("session-menu"));
  await click(byTestId(item));

  expect(asked.at(-1)!.method).toBe("PATCH");
  expect(document.querySelector("[role=alert]")?.textContent).toContain("refused");
});
